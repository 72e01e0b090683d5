import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { plainView, openEncoder } from '@espalier/data';
import { writePictures } from '@espalier/data/testing';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Backbone } from '@espalier/transfer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readModel } from '@espalier/onnx';
import { StudyError } from '../errors.js';
import type { StudyNews } from './events.js';
import { cardOf } from '../answer/export.js';
import { journalPath, readJournal } from '@espalier/study/folder';
import { ranked } from '@espalier/study';
import { resumeStudy, runStudy, type StudyOptions, type StudyResult } from './study.js';
import { list, temporaryFolder, tinyBackbone, tinyOptions, tinySettings } from '../testing/fixtures.js';

let root: string;
let remove: () => Promise<void>;

beforeAll(async () => {
  ({ path: root, remove } = await temporaryFolder());
  await writePictures(join(root, 'pictures'), 30);
});
afterAll(() => remove());

const run = async (
  name: string,
  change: Parameters<typeof tinySettings>[1] = {},
  options: Partial<Pick<StudyOptions, 'onEvent' | 'signal' | 'environment'>> = {},
): Promise<StudyResult> =>
  runStudy(tinySettings(root, change), {
    ...tinyOptions(root, name),
    backbones: [await tinyBackbone(root)],
    ...options,
  });

let ofPlain: Promise<StudyResult> | null = null;
/** Of a study that nothing is changed of, run once for all that compare with it. */
const plain = (): Promise<StudyResult> => (ofPlain ??= run('plain'));

const resume = async (
  name: string,
  options: Partial<Pick<StudyOptions, 'onEvent' | 'signal'>> = {},
): Promise<StudyResult> =>
  resumeStudy({
    folder: join(root, name),
    backbones: [await tinyBackbone(root)],
    environment: tinyOptions(root, name).environment,
    ...options,
  });

/** What must not differ between two runs: everything but the times. */
const outcome = ({ trials, verdicts, best }: StudyResult): object => ({
  trials: trials.map(({ epochs, ...trial }) => ({
    ...trial,
    epochs: epochs.map(({ seconds: _, ...epoch }) => epoch),
  })),
  best: best.name,
  // Latency and training are of this run, and sizes of any.
  leaderboard: best.leaderboard.map(({ costs, ...entry }) => ({ ...entry, size: costs['size'] })),
  estimate: best.estimate,
  test: best.evaluations.test,
  baseline: verdicts.baseline.kind === 'trained' ? verdicts.baseline.result.test.probabilities : null,
  transfer: verdicts.transfer,
});

describe('a study', () => {
  it('finds a model that plain ONNX Runtime runs with the same result', async () => {
    const result = await run('whole', { useEverything: false });
    expect(result.trials).toHaveLength(4);
    expect(result.best.evaluations.test.value).toBeGreaterThan(result.verdicts.trivial.value);
    expect(result.verdicts.baseline.kind).toBe('trained');
    expect(result.reason).toContain('4 trials');

    const card = cardOf(await readModel(result.best.modelPath), 'model');
    expect(card.labels).toEqual(['plain', 'spots', 'stripes']);
    const session = await InferenceSession.create(result.best.modelPath, { logSeverityLevel: 3 });
    const [input] = session.inputNames as [string];
    const encoder = await openEncoder(card.preprocessing, input);
    const plain = plainView('image');
    const shape = encoder.buckets[0]?.[input] as number[];
    const examples = result.session.data.splits.test;
    const found: number[] = [];
    for (const example of examples) {
      const image = (await encoder.encode(example, plain, 0))[input] as Float32Array;
      const outputs = await session.run({ [input]: new Tensor('float32', image, [1, ...shape]) });
      found.push(...(outputs['probabilities']?.data as Float32Array));
    }
    const expected = result.best.test.probabilities as Float32Array;
    const worst = Math.max(...found.map((value, i) => Math.abs(value - (expected[i] as number))));
    expect(worst).toBeLessThan(1e-5);
  });

  it('scores each depth of its backbone once, and says which scores it has nothing to read for', async () => {
    const { probes } = await plain();
    const scored = probes.flatMap(({ scores }) => scores ?? []);
    expect(scored.map(({ depth }) => depth).sort()).toEqual([2, 4]);
    for (const { depth, examples, values } of scored) {
      expect(examples).toBe(probes[0]?.examples);
      const names = values.map(({ name }) => name);
      expect(names.slice(0, 3)).toEqual(['knn', 'logme', 'hScore']);
      expect(names.slice(3)).toEqual(depth === 4 ? ['leep', 'nce', 'size'] : []);
    }
    const last = scored.find(({ depth }) => depth === 4)?.values ?? [];
    expect(last.find(({ name }) => name === 'knn')?.value).toBeGreaterThan(1 / 3);
    expect(last.find(({ name }) => name === 'leep')).toMatchObject({
      value: null,
      why: 'its file does not say whether its 4 outputs are classes of which one holds',
    });
  });

  it('gives the same bits again with the same seed, and others with another', async () => {
    const first = await plain();
    const second = await run('second');
    expect(outcome(second)).toEqual(outcome(first));
    const bytes = await Promise.all([first, second].map(({ best }) => readFile(best.modelPath)));
    expect(bytes[0]?.equals(bytes[1] as Buffer)).toBe(true);
    const other = await run('other', { seed: 4 });
    expect(outcome(other)).not.toEqual(outcome(first));
  });

  it('goes on after an interruption at any moment as if there had been none', async () => {
    const whole = outcome(await plain());
    const moments = { reading: 8, probing: 3, training: 9, baseline: 2, finishing: 1 };
    // One study, which is interrupted again each time that it goes on: what one leaves, the next begins with.
    const attempt = async (options: Parameters<typeof run>[2]): Promise<StudyResult> =>
      existsSync(journalPath(join(root, 'stopped')))
        ? resume('stopped', options)
        : run('stopped', {}, options);
    for (const [phase, count] of Object.entries(moments)) {
      const stop = new AbortController();
      let seen = 0;
      const onEvent = (news: StudyNews): void => {
        if (news.kind === 'progress' && news.phase === phase && ++seen === count) stop.abort();
      };
      await expect(attempt({ onEvent, signal: stop.signal }), phase).rejects.toThrow();
      expect(seen, phase).toBeGreaterThanOrEqual(count);
    }
    expect(outcome(await attempt({}))).toEqual(whole);
  });

  it('keeps the weights of the best five trials alone, and no checkpoint', async () => {
    const result = await run('many', { budget: { trials: 8, epochs: 1 }, baseline: false });
    const files = await readdir(join(root, 'many', 'weights'));
    const best = ranked(result.trials).slice(0, 5);
    expect(files.sort()).toEqual(best.map(({ number }) => `trial-${number}.bin`).sort());
    expect(await readdir(join(root, 'many', 'checkpoints'))).toEqual([]);
  });

  it.each([
    ['in the middle of an epoch', 16],
    ['at its last step, so that the validation is the first to see it', 64],
  ])('counts a trial that diverges as failed and goes on: %s', async (_, batch) => {
    const result = await run(`diverging-${batch}`, {
      space: {
        ...{ learningRate: list(1e-3, 1e30), freezeDepth: list(0), layerDecay: list(1) },
        ...{ weightDecay: list(0), augmentation: list('none'), batch: list(batch) },
      },
      sampler: 'grid',
      training: { schedule: 'constant', leastSteps: 16 },
      baseline: false,
    });
    const statuses = new Map(result.trials.map((t) => [t.configuration.values['learningRate'], t]));
    expect(statuses.get(1e30)).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/learning rate is too high/),
    });
    expect(statuses.get(1e-3)?.status).toBe('complete');
    expect(result.reason).toContain('Every configuration');
  });

  it('tells of a trial that is never better than the probe it began with, and lets it train', async () => {
    const space = {
      ...{ learningRate: list(1e-6, 5), freezeDepth: list(4), layerDecay: list(1) },
      ...{ weightDecay: list(0), augmentation: list('none') },
    };
    const { trials } = await run('behind', { space, pruner: 'none', sampler: 'grid', baseline: false });
    expect(trials.map(({ epochs }) => epochs.length)).toEqual([3, 3]);
    const reasonAt = (rate: number): string | undefined =>
      trials.find(({ configuration }) => configuration.values['learningRate'] === rate)?.reason;
    expect(reasonAt(5)).toContain('never better than the probe it started from');
    expect(reasonAt(1e-6)).toBe('all epochs');
  });

  it('that cannot be done in its time says so before it begins, and leaves nothing behind', async () => {
    const budget = { trials: null, epochs: 500, seconds: 0.001 };
    await expect(run('timed', { budget, baseline: false })).rejects.toThrow(
      /^the time of 1 s is too short: reading .* took \d+ s; .*the report takes \d+ s\. Give the study at least \d+ s$/,
    );
    expect(existsSync(join(root, 'timed', 'study.jsonl'))).toBe(false);
  });

  it('leaves augmentation out where its views do not fit the cache', async () => {
    const notes: string[] = [];
    const bytes = 4_000_000;
    const result = await run(
      'small-cache',
      {
        space: { augmentation: list('none', 'colour') },
        training: { views: 16 },
        baseline: false,
      },
      {
        ...tinyOptions(root, 'small-cache', { folder: join(root, 'small'), bytes }),
        onEvent: (event) => void (event.kind === 'note' && notes.push(event.text)),
      },
    );
    expect(notes.join()).toContain('augmentation colour is off');
    expect(new Set(result.trials.map(({ configuration }) => configuration.values['augmentation']))).toEqual(
      new Set(['none']),
    );
  });
});

describe('a study refuses', () => {
  it('a folder that holds a study', async () => {
    await run('taken', { budget: { trials: 1, epochs: 1 }, baseline: false });
    await expect(run('taken')).rejects.toThrow(/already holds a study.*--resume/);
  });

  it('to go on when the dataset or the backbone has changed', async () => {
    await run('changed', { budget: { trials: 1, epochs: 1 }, baseline: false });
    const folder = join(root, 'changed');
    const other = { ...(await tinyBackbone(root, { seed: 2 })) };
    await expect(resumeStudy({ folder, backbones: [other] })).rejects.toThrow(
      /backbone tiny, .* have changed/,
    );
    const same = await tinyBackbone(root);
    const brighter: Backbone = {
      ...same,
      load: async (context) => {
        const loaded = await same.load(context);
        return { ...loaded, preprocessing: { ...loaded.preprocessing, mean: [0.9, 0.9, 0.9] } };
      },
    };
    await expect(resumeStudy({ folder, backbones: [brighter] })).rejects.toThrow(
      /preprocessing .* have changed/,
    );
    const extra = join(root, 'pictures', 'plain', 'extra.png');
    await writeFile(extra, await readFile(join(root, 'pictures', 'spots', '1.png')));
    await expect(resume('changed')).rejects.toThrow(/dataset .* has changed/);
    await rm(extra);
  });

  it('a licence that does not clearly allow commercial use', async () => {
    const settings = tinySettings(root, { commercial: true });
    for (const spdx of ['CC-BY-NC-4.0', 'unknown']) {
      const backbones = [await tinyBackbone(root, { spdx })];
      await expect(runStudy(settings, { ...tinyOptions(root, 'sold'), backbones })).rejects.toThrow(
        /licence .* commercial use/,
      );
    }
  });

  it('freeze depths below an operator that cannot be trained, and searches those above', async () => {
    const backbones = [await tinyBackbone(root, { unknownOperator: true })];
    const low = tinySettings(root, { space: { freezeDepth: list(0, 3) } });
    await expect(runStudy(low, { ...tinyOptions(root, 'unknown'), backbones })).rejects.toThrow(
      /freeze depth 0: there is no gradient rule for MeanVarianceNormalization 'stem_mvn'; possible are 1 to 4/,
    );
    const high = tinySettings(root, { space: { freezeDepth: list(1, 3) }, budget: { trials: 2, epochs: 1 } });
    const result = await runStudy(high, { ...tinyOptions(root, 'above'), backbones });
    expect(result.verdicts.transfer).toBeNull();
  });

  it('activations that do not fit the cache, before it begins', async () => {
    const cache = { folder: join(root, 'tight'), bytes: 100_000 };
    const environment = { cache };
    await expect(run('tight-study', {}, { environment })).rejects.toThrow(
      /activations of tiny need .* --no-baseline/,
    );
    expect(existsSync(join(root, 'tight-study'))).toBe(false);
  });

  it('two backbones of one name, and numbers that make no search space', async () => {
    const backbones = [await tinyBackbone(root), await tinyBackbone(root, { seed: 2 })];
    await expect(
      runStudy(tinySettings(root), { ...tinyOptions(root, 'namesakes'), backbones }),
    ).rejects.toThrow(/two backbones are called 'tiny'/);
    await expect(run('none', { space: { learningRate: list(0) } })).rejects.toThrow(
      /space.learningRate.values.0/,
    );
    expect(() => tinySettings(root, { space: { augmentation: list('flip', 'flip') } })).toThrow(
      /stands twice/,
    );
    await expect(run('none', { space: { layerDecoy: list(1) } })).rejects.toThrow(
      /no such dimension; there are/,
    );
    await expect(run('none', { training: { schedule: 'linear' } })).rejects.toThrow(
      /no schedule 'linear'; there are/,
    );
    expect(existsSync(join(root, 'none'))).toBe(false);
  });

  it('to write where it may not', async () => {
    await expect(run('pictures/plain/0.png/x')).rejects.toThrow(StudyError);
  });
});

describe('the journal', () => {
  it('reads a study whose last line was cut off', async () => {
    await run('torn', { budget: { trials: 2, epochs: 2 }, baseline: false });
    const path = journalPath(join(root, 'torn'));
    const text = await readFile(path, 'utf8');
    const whole = await readJournal(join(root, 'torn'));
    await writeFile(path, text.slice(0, -20));
    const log = await readJournal(join(root, 'torn'));
    expect(log.trials).toEqual(whole.trials);
    expect(log.probes[0]).toMatchObject({ role: 'probe', backbone: 'tiny', title: 'depth 4' });
    expect(log.probes).toEqual(whole.probes);
    expect(log.finishedAt).toBeNull();
    expect(await readFile(path, 'utf8')).toBe(text.slice(0, -20));
    await resume('torn');
    expect((await readJournal(join(root, 'torn'))).trials).toEqual(whole.trials);
  });

  it('names the line that is damaged', async () => {
    const path = journalPath(join(root, 'torn'));
    const lines = (await readFile(path, 'utf8')).split('\n');
    await writeFile(path, [lines[0], '{"type":"nonsense"}', ...lines.slice(1)].join('\n'));
    await expect(readJournal(join(root, 'torn'))).rejects.toThrow(/study.jsonl, line 2 is not an event/);
  });
});
