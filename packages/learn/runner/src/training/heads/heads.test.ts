import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writePictures } from '@espalier/data/testing';
import type { EpochRecord, TrialRecord } from '@espalier/study';
import { journalPath, readJournal, weightsPath } from '@espalier/study/folder';
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
const settings = (patience: number | null = 2, depths = [4]): ReturnType<typeof tinySettings> =>
  tinySettings(root, {
    ...{ baseline: false, sampler: 'grid', pruner: 'none' },
    space: {
      ...{ freezeDepth: list(...depths), learningRate: list(1e-3, 1e-1, 1e30), dropout: list(0, 0.3) },
      ...{ augmentation: list('none'), layerDecay: list(1), weightDecay: list(0.01) },
      ...{ labelSmoothing: list(0, 0.1), averaging: list('epochs'), start: list('random') },
    },
    budget: { trials: null, epochs: 4 },
    training: { patience },
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
    for (const { why } of trials.slice(1)) expect(why).toContain('trains side by side with trial 0');
  });

  it('train those that drop features behind those that do not', async () => {
    const lines = (await readFile(journalPath(result.folder), 'utf8')).trim().split('\n');
    const events = lines.map((line) => JSON.parse(line) as { type: string; number: number });
    const dropouts = events
      .filter(({ type }) => type === 'epoch')
      .map(({ number }) => result.trials[number]?.configuration.values['dropout']);
    const first = dropouts[0];
    expect(new Set(dropouts).size).toBe(2);
    expect(dropouts.indexOf(first === 0 ? 0.3 : 0)).toBeGreaterThan(dropouts.lastIndexOf(first));
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

describe('a trial whose time is up', () => {
  it('ends within an epoch, with the epochs that it has, or as a failure without one', async () => {
    const { folder, environment } = tinyOptions(root, 'late');
    let told = 0;
    const session = await openSession({
      ...{ folder, environment, settings: settings(null, [2, 4]), backbones: [await tinyBackbone(root)] },
      ...{ signal: new AbortController().signal, elapsedBefore: 0 },
      emit: (event) => {
        if (event.kind === 'epoch') told++;
      },
      record: () => Promise.resolve(),
    });
    const values = { freezeDepth: 4, learningRate: 1e-3, start: 'random', dropout: 0.3 };
    const begun = (number: number, freezeDepth: number) => ({
      ...{ number, role: 'searched' as const, epochs: [] },
      configuration: { backbone: 'tiny', values: { ...values, freezeDepth } },
    });
    const decide = (): null => null;
    for (const [number, depth] of [2, 4].entries()) {
      const never = await trainTrial(session, begun(number, depth), { epochs: 4, decide, until: 0 });
      expect(never).toMatchObject({ status: 'failed', epochs: [] });
      expect(never.reason).toBe('the time was up before its first epoch had ended');
      // Without an end of epochs, time alone ends it: the clock is the session's.
      const until = session.elapsed() + 2;
      const late = await trainTrial(session, begun(number + 10, depth), { epochs: 1e6, decide, until });
      expect(late).toMatchObject({ status: 'complete', reason: 'the time is up' });
      expect(late.epochs.length).toBeGreaterThan(0);
      expect(late.best).not.toBeNull();
      expect(late.epochs).toHaveLength(told);
      told = 0;
    }
    await session.close();
  });
});
