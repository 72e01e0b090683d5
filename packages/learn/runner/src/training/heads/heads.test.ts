import { join } from 'node:path';
import { writePictures } from '@espalier/data/testing';
import type { EpochRecord, TrialRecord } from '@espalier/study';
import { readJournal, weightsPath } from '@espalier/study/folder';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSession } from '../../study/session.js';
import { runStudy, type StudyResult } from '../../study/study.js';
import { trainTrial } from '../../study/trials.js';
import { list, temporaryFolder, tinyBackbone, tinyOptions, tinySettings } from '../../testing/fixtures.js';
import { readWeights } from '../checkpoint.js';

let root: string;
let remove: () => Promise<void>;
let result: StudyResult;

/** Rates of which the last diverges, two shares of dropout, and averages of weights. */
const settings = (): ReturnType<typeof tinySettings> =>
  tinySettings(root, {
    ...{ baseline: false, sampler: 'grid', pruner: 'none' },
    space: {
      ...{ freezeDepth: list(4), learningRate: list(1e-3, 1e-1, 1e30), dropout: list(0, 0.3) },
      ...{ augmentation: list('none'), layerDecay: list(1), weightDecay: list(0.01) },
      ...{ labelSmoothing: list(0, 0.1), averaging: list('epochs'), start: list('random') },
    },
    budget: { trials: null, epochs: 4 },
    training: { patience: 2 },
  });

beforeAll(async () => {
  ({ path: root, remove } = await temporaryFolder());
  await writePictures(join(root, 'pictures'), 20);
  const options = { ...tinyOptions(root, 'study'), backbones: [await tinyBackbone(root)] };
  result = await runStudy(settings(), options);
});
afterAll(() => remove());

const untimed = (epochs: readonly EpochRecord[]): EpochRecord[] =>
  epochs.map((epoch) => ({ ...epoch, seconds: 0 }));

describe('heads that train side by side', () => {
  it('are trials of their own on record, each with the end that it deserves', async () => {
    const { trials } = await readJournal(result.folder);
    expect(trials.map(({ number }) => number)).toEqual(trials.map((_, i) => i));
    expect(trials).toHaveLength(12);
    const ends = (rate: number): string[] =>
      trials
        .filter(({ configuration }) => configuration.values['learningRate'] === rate)
        .map(({ status }) => status);
    expect(ends(1e30)).toEqual(['failed', 'failed', 'failed', 'failed']);
    expect(ends(1e-3)).toEqual(['complete', 'complete', 'complete', 'complete']);
    for (const { number, why } of trials.slice(1)) {
      expect(number > 0 && why).toContain('trains side by side with trial 0');
    }
  });

  it('train in turns by epochs, those that drop features apart from those that do not', async () => {
    const { trials } = await readJournal(result.folder);
    const dropping = trials.filter(({ configuration }) => configuration.values['dropout'] === 0.3);
    expect(dropping).toHaveLength(6);
    expect(trials.every(({ epochs, status }) => epochs.length > 0 || status === 'failed')).toBe(true);
  });

  it('become, to the bit, what each becomes alone', async () => {
    const { folder, environment } = tinyOptions(root, 'alone');
    const session = await openSession({
      ...{ folder, environment, settings: settings(), backbones: [await tinyBackbone(root)] },
      ...{ emit: () => undefined, signal: new AbortController().signal, elapsedBefore: 0 },
      record: () => Promise.resolve(),
    });
    const alone = async ({ number, role, configuration, status, reason, epochs }: TrialRecord) => {
      const begun = { number, role, configuration, epochs: [] };
      const outcome = await trainTrial(session, begun, { epochs: 4, decide: () => null });
      expect(outcome).toMatchObject({ status, reason });
      expect(untimed(outcome.epochs)).toEqual(untimed(epochs));
      // The weights of losers are removed.
      const kept = await readWeights(weightsPath(result.folder, `trial-${number}`));
      if (kept !== null) expect(outcome.best).toEqual(kept);
      return kept !== null;
    };
    const compared = [];
    for (const trial of result.trials) compared.push(await alone(trial));
    await session.close();
    expect(compared).toContain(true);
  });
});
