import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openEncoder, plainView, type ScannedExample } from '@espalier/data';
import { logLoss } from '@espalier/metrics';
import { classifiers } from '@espalier/probes';
import { dimensions } from '@espalier/search';
import { readModel, writeModel } from '@espalier/onnx';
import type { EpochRecord } from '@espalier/study';
import { writePictures } from '@espalier/data/testing';
import { writeEntry } from '../../answer/writeEntry.js';
import { labelsOf } from '../../study/examples.js';
import { cardOf } from '../../answer/export.js';
import { modelOfTrial } from '../../answer/finish.js';
import { resumeStudy, runStudy, type StudyOptions, type StudyResult } from '../../study/study.js';
import { list, temporaryFolder, tinyBackbone, tinyOptions, tinySettings } from '../../testing/fixtures.js';

let root: string;
let remove: () => Promise<void>;

beforeAll(async () => {
  ({ path: root, remove } = await temporaryFolder());
  await writePictures(join(root, 'pictures'), 30);
});
afterAll(() => remove());

const space = { method: list('probe'), freezeDepth: undefined, augmentation: undefined, batch: undefined };

const settings = () => {
  const { space: own, ...rest } = tinySettings(root, {
    baseline: false,
    budget: { trials: 8, epochs: 3, exhaust: true },
  });
  const kept = Object.entries({ ...own, ...space }).filter(([, range]) => range !== undefined);
  return { ...rest, space: Object.fromEntries(kept) } as ReturnType<typeof tinySettings>;
};

const run = async (name: string, more: Partial<StudyOptions> = {}): Promise<StudyResult> =>
  runStudy(settings(), { ...tinyOptions(root, name), backbones: [await tinyBackbone(root)], ...more });

/** Probabilities by ONNX Runtime alone, one example at a time. */
async function plainly(path: string, examples: readonly ScannedExample[]): Promise<Float32Array> {
  const card = cardOf(await readModel(path), path);
  const session = await InferenceSession.create(path, { logSeverityLevel: 3 });
  const [input] = session.inputNames as [string];
  const encoder = await openEncoder(card.preprocessing, input);
  const shape = encoder.buckets[0]?.[input] as number[];
  const found: number[] = [];
  for (const example of examples) {
    const image = (await encoder.encode(example, plainView('image'), 0))[input] as Float32Array;
    const outputs = await session.run({ [input]: new Tensor('float32', image, [1, ...shape]) });
    found.push(...(outputs['probabilities']?.data as Float32Array));
  }
  return Float32Array.from(found);
}

const widest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);

it('searches depths and classifiers, and the file of each trial says what the trial said', async () => {
  const { trials, session, folder } = await run('searched');
  // Four depths and two classifiers.
  expect(new Set(trials.map(({ configuration }) => JSON.stringify(configuration.values))).size).toBe(8);
  const { validation } = session.data.splits;
  for (const trial of trials.slice(0, 5)) {
    const [epoch, ...others] = trial.epochs as [EpochRecord];
    expect(others).toEqual([]);
    expect(trial).toMatchObject({ status: 'complete', reason: 'fitted' });
    const [{ prepared }] = session.candidates as [StudyResult['session']['candidates'][number]];
    const kept = await modelOfTrial(
      { folder, settings: session.settings, classes: session.data.classes },
      { prepared },
      trial,
    ).catch(() => null);
    if (kept === null) continue;
    const path = join(folder, `own-${trial.number}.onnx`);
    await writeModel(path, kept);
    const probabilities = await plainly(path, validation);
    expect(
      Math.abs(logLoss({ probabilities, labels: labelsOf(validation) }) - epoch.validationLoss),
    ).toBeLessThan(1e-6);
  }
});

it('wins, and plain ONNX Runtime says of its file what was measured', async () => {
  const { best, session, folder } = await run('won');
  expect(['probe', 'trial']).toContain(best.kind);
  const { test } = session.data.splits;
  const trial = best.leaderboard.find(({ kind }) => kind === 'trial');
  expect(trial).toBeDefined();
  const path = join(folder, 'entry.onnx');
  await writeEntry({ folder, backbones: [await tinyBackbone(root)] }, { name: best.name }, false, path);
  expect(widest(await plainly(path, test), best.test.probabilities as Float32Array)).toBeLessThan(1e-6);
});

it('goes on after an interruption as if there had been none', async () => {
  const outcome = ({ trials, best }: StudyResult) => ({
    trials: trials.map(({ configuration, epochs }) => [
      configuration,
      epochs.map((epoch) => ({ ...epoch, seconds: 0 })),
    ]),
    leaderboard: best.leaderboard.map(({ costs: _, ...entry }) => entry),
  });
  const controller = new AbortController();
  const stopped = run('stopped', {
    signal: controller.signal,
    onEvent: (news) => {
      if (news.kind === 'trial-ended' && news.trial.number === 2) controller.abort(new Error('stopped'));
    },
  });
  await expect(stopped).rejects.toThrow('stopped');
  const resumed = await resumeStudy({
    ...tinyOptions(root, 'stopped'),
    backbones: [await tinyBackbone(root)],
  });
  expect(outcome(resumed)).toEqual(outcome(await run('straight')));
});

it('has a classifier for each name that a search offers, and offers each that there is', () => {
  expect(dimensions.get('classifier').domain).toEqual({ kind: 'name', names: classifiers.names });
});
