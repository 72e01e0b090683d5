import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writePictures } from '@espalier/data/testing';
import { floatsOf, headNames, lookUp, readModel } from '@espalier/onnx';
import { ancestorsOf } from '@espalier/search';
import type { Configuration, TrialRecord } from '@espalier/study';
import { weightsPath } from '@espalier/study/folder';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trialWeights } from '../../answer/weights.js';
import { soupOf } from '../../answer/soup.js';
import { writeEntry } from '../../answer/writeEntry.js';
import { openSession, type Session, type SessionOptions } from '../../study/session.js';
import { runStudy, type StudyResult } from '../../study/study.js';
import { list, temporaryFolder, tinyBackbone, tinyOptions, tinySettings } from '../../testing/fixtures.js';
import { readWeights, type Weights } from '../../training/checkpoint.js';
import type { Members } from '../method.js';
import { highestRate } from './rangeTest.js';
import { compiled } from '../../training/persisted.js';
import type { CompiledTask, TrialTask } from '../../training/trial.js';
import { predictWith } from './retrain.js';
import { meanWeights } from './soup.js';
import { taskOf } from './task.js';

let root: string;
let remove: () => Promise<void>;
let result: StudyResult;
let session: Session;

const settings = (): ReturnType<typeof tinySettings> =>
  tinySettings(root, {
    baseline: false,
    sampler: 'grid',
    seed: 5,
    space: {
      ...{ freezeDepth: list(2, 3, 4), start: list('trial'), learningRate: list(3e-4, 1e-3) },
      ...{ augmentation: list('none'), layerDecay: list(1), weightDecay: list(0.01) },
    },
    budget: { trials: 6, epochs: 2 },
  });

const opening = (): Omit<SessionOptions, 'backbones'> => ({
  ...tinyOptions(root, 'study'),
  settings: settings(),
  emit: () => undefined,
  signal: new AbortController().signal,
  elapsedBefore: 0,
  record: () => Promise.resolve(),
});

beforeAll(async () => {
  ({ path: root, remove } = await temporaryFolder());
  await writePictures(join(root, 'pictures'), 30);
  const options = { ...tinyOptions(root, 'study'), backbones: [await tinyBackbone(root)] };
  result = await runStudy(settings(), options);
  session = await openSession({ ...opening(), backbones: options.backbones });
});
afterAll(async () => {
  await session.close();
  await remove();
});

const descendant = (): TrialRecord => {
  const found = result.trials.find(({ startedFrom }) => startedFrom !== undefined);
  if (found === undefined) throw new Error('no trial began with another');
  return found;
};

describe('a trial that begins with another', () => {
  it('says with which, and begins with its weights, those of further stages being as they came', async () => {
    const { number, configuration, startedFrom = NaN, why } = descendant();
    const parent = result.trials.find((one) => one.number === startedFrom) as TrialRecord;
    const [own, above] = [configuration, parent.configuration].map(({ values }) =>
      Number(values['freezeDepth']),
    );
    expect(own).toBeLessThan(Number(above));
    expect(parent.improved).toBe(true);
    expect(startedFrom).toBeLessThan(number);
    expect(why).toMatch(new RegExp(`It begins with what trial ${startedFrom} has learnt\\.$`));
    const { initial, beginning } = await taskOf(session, configuration, 'tried', 3, startedFrom);
    const learnt = await trialWeights(session, startedFrom);
    expect(floatsOf(lookUp(initial, headNames.weight))).toEqual(floatsOf(lookUp(learnt, headNames.weight)));
    const [candidate] = session.candidates;
    const initializers = candidate?.prepared.model.graph.initializers;
    const further = [...initial.keys()].filter((name) => !learnt.has(name));
    expect(further.length).toBeGreaterThan(0);
    for (const name of further) expect(initial.get(name)).toEqual(initializers?.get(name));
    expect(beginning).toBe(`trial ${startedFrom}, which it started from`);
  });

  it('is trained again behind those that it goes back to', async () => {
    const { number, startedFrom = NaN } = descendant();
    const { folder } = result;
    const entry = { name: `trial-${number}` };
    const path = join(root, 'entry.onnx');
    await writeEntry({ folder, backbones: [await tinyBackbone(root)] }, entry, false, path);
    for (const one of [number, startedFrom]) {
      expect(existsSync(weightsPath(folder, `trial-${one}-labelled`))).toBe(true);
    }
  });
});

describe('a trial that averages its weights', () => {
  it('is measured by the average where that is better, and by its last weights elsewhere', async () => {
    const study = async (name: string, averaging: string): Promise<StudyResult> =>
      runStudy(
        tinySettings(root, {
          ...{ baseline: false, sampler: 'grid', budget: { trials: 2, epochs: 6 } },
          space: {
            ...{ freezeDepth: list(2), learningRate: list(1e-3, 1e-2), averaging: list(averaging) },
            ...{ augmentation: list('none'), layerDecay: list(1), weightDecay: list(0.01) },
          },
          training: { patience: null },
        }),
        { ...tinyOptions(root, name), backbones: [await tinyBackbone(root)] },
      );
    const [plain, averaged] = [await study('plain', 'none'), await study('averaged', 'epochs')];
    let adopted = 0;
    for (const [i, trial] of averaged.trials.entries()) {
      const own = plain.trials[i]?.epochs ?? [];
      for (const [e, epoch] of trial.epochs.entries()) {
        // Averages are not trained on: what is trained stays the same.
        expect(epoch.trainLoss).toBe(own[e]?.trainLoss);
        if (epoch.averaged === undefined) expect(epoch.validationLoss).toBe(own[e]?.validationLoss);
        else {
          adopted++;
          expect(epoch.averaged).toBe(epoch.epoch - 3);
          expect(epoch.validationLoss).toBeLessThan(own[e]?.validationLoss ?? NaN);
        }
      }
    }
    expect(adopted).toBeGreaterThan(0);
  });
});

describe('a soup of trials', () => {
  it('is written by its name, and says what the mean of their weights says', async () => {
    const same = result.trials.filter(({ configuration }) => configuration.values['freezeDepth'] === 2);
    const [first, second] = same.map((trial) => ({ trial, ancestors: ancestorsOf(result.trials, trial) }));
    const members = [first, second] as unknown as Members;
    const soup = soupOf(members);
    const numbers = members.map(({ trial }) => trial.number);
    const path = join(root, 'soup.onnx');
    const { folder } = result;
    const backbones = [await tinyBackbone(root)];
    await writeEntry({ folder, backbones }, { name: `soup-${numbers.join('+')}` }, false, path);
    const examples = session.data.splits.test;
    const fitted = await soup.fit(session, members, 'labelled');
    const learnt = await Promise.all(
      numbers.map(
        async (number) => (await readWeights(weightsPath(folder, `trial-${number}-labelled`))) as Weights,
      ),
    );
    const found = await fitted.predict(examples);
    expect(found).toEqual(await predictWith(session, members[0].trial, meanWeights(learnt), examples));
    expect(found).not.toEqual(await predictWith(session, members[0].trial, learnt[0] as Weights, examples));
    const written = await readModel(path);
    expect(written.graph.initializers.get('block.weight')).toEqual(meanWeights(learnt).get('block.weight'));
  });
});

describe('a range test', () => {
  const values = { freezeDepth: 2, learningRate: 0.5, layerDecay: 1, weightDecay: 0 };
  const taskWith = async (more: Configuration['values'], open = session): Promise<TrialTask> =>
    taskOf(open, { backbone: 'tiny', values: { ...values, ...more } }, 'tried', 3, null);

  it('bounds a rate that is too high, and no other', async () => {
    const task = await taskWith({ rangeTest: 'on' });
    const bound = task.recipe.learningRate;
    expect(bound).toBeLessThan(0.5);
    expect(bound).toBeGreaterThan(1e-6);
    expect(task.remark).toMatch(/^its learning rate was bounded at \d\.\de-\d by a range test$/);
    const low = await taskWith({ rangeTest: 'on', learningRate: bound / 2 });
    expect(low.recipe.learningRate).toBe(bound / 2);
    expect(low.remark).toBeUndefined();
    expect((await taskWith({})).recipe.learningRate).toBe(0.5);
  });

  it('finds the same again, whatever else is varied, and whether something was trained between', async () => {
    const [one, other] = [
      { rangeTest: 'on', mixup: 0.3, weightDecay: 0.1 },
      { rangeTest: 'on', layerDecay: 0.7 },
    ];
    const first = (await taskWith(one)).recipe.learningRate;
    const again = await openSession({ ...opening(), backbones: [await tinyBackbone(root)] });
    expect((await taskWith(other, again)).recipe.learningRate).toBe(first);
    await again.close();
  });

  it('is one for each start, whichever comes first', async () => {
    const fitted = (await taskWith({ rangeTest: 'on' })).recipe.learningRate;
    const random = { rangeTest: 'on', start: 'random' };
    const behind = (await taskWith(random)).recipe.learningRate;
    const again = await openSession({ ...opening(), backbones: [await tinyBackbone(root)] });
    expect((await taskWith(random, again)).recipe.learningRate).toBe(behind);
    expect((await taskWith({ rangeTest: 'on' }, again)).recipe.learningRate).toBe(fitted);
    expect(behind).not.toBe(fitted);
    await again.close();
  });

  it('ends where the loss leaves its least, and says the rate before', async () => {
    // A loss that falls up to a rate of 1e-3 and then leaves.
    const task = await compiled(session, await taskWith({}));
    const losses = (rate: number): number => (rate <= 1e-3 ? 1 - Math.log10(rate / 1e-6) / 6 : 1e3 * rate);
    const trainer: CompiledTask['trainer'] = {
      ...task.trainer,
      step: ({ rates }) => Promise.resolve({ loss: losses(rates.at(-1) ?? NaN), norm: null }),
    };
    const found = await highestRate({ ...task, trainer });
    expect(found).toBeGreaterThan(8e-4);
    expect(found).toBeLessThan(3e-3);
  });
});

describe('a trial', () => {
  const beginning = async (values: Configuration['values']) =>
    taskOf(session, { backbone: 'tiny', values }, 'tried', 3, null);

  it('begins with the fitted head, or with one that knows nothing', async () => {
    const common = { freezeDepth: 4, learningRate: 1e-3 };
    const [probe, random] = [await beginning(common), await beginning({ ...common, start: 'random' })];
    expect(probe.guarded).toBe(true);
    expect(random.guarded).toBe(false);
    const largest = ({ initial }: typeof probe): number =>
      Math.max(...floatsOf(lookUp(initial, headNames.weight)).map(Math.abs));
    expect(largest(random)).toBeLessThan(0.05);
    expect(largest(probe)).toBeGreaterThan(0.05);
  });

  it('trains what its stages, its tail and its normalisation leave to it', async () => {
    const common = { freezeDepth: 0, learningRate: 1e-3 };
    const names = async (values: Configuration['values']): Promise<string[]> =>
      [...(await beginning({ ...common, ...values })).initial.keys()].filter(
        (name) => !name.startsWith('espalier_head'),
      );
    const all = await names({});
    expect(await names({ frozenTail: 2 })).toEqual(all.filter((name) => /^(stem|down|bn)\./.test(name)));
    expect(await names({ normalisation: 'freeze' })).toEqual(all.filter((name) => !name.startsWith('bn.')));
    expect(all).toEqual(expect.arrayContaining(['bn.scale', 'bn.shift', 'block.weight', 'last.weight']));
  });
});
