import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readReport } from '@espalier/report';
import {
  readJournal,
  type EpochRecord,
  type ProbeRecord,
  type StudyLog,
  type StudySettings,
  type TrialRecord,
} from '@espalier/runner';
import type { SearchSpace } from '@espalier/search';
import { finishedStudy, REPORT, type FinishedStudy } from './finished.js';

/** The network of the best trial, trained from random weights for comparison. */
export interface Twin {
  readonly learningRate: number;
  readonly status: TrialRecord['status'];
  /** Why it ended; empty while it runs. */
  readonly reason: string;
  readonly epochs: readonly EpochRecord[];
}

/** What is on the disk of a study, at work, interrupted or finished; plain data. */
export interface Study {
  readonly folder: string;
  /** When it began, as ISO 8601. */
  readonly startedAt: string;
  readonly settings: StudySettings;
  /** What is searched, with the freeze depths of each backbone. */
  readonly space: SearchSpace;
  /** What linear classifiers reach on the frozen features, as far as they have been fitted. */
  readonly probes: readonly ProbeRecord[];
  /** In the order of their start, each with its epochs and why it was stopped. */
  readonly trials: readonly TrialRecord[];
  /** Why no further trial is started; null while the search goes on. */
  readonly searchEnded: string | null;
  /** One for each learning rate that has been tried, after the search. */
  readonly twins: readonly Twin[];
  /** Seconds of work so far, over all sessions. */
  readonly seconds: number;
  /** The result; null until model and report are written. */
  readonly finished: FinishedStudy | null;
}

/**
 * Reads a study, which may be at work in another process.
 *
 * @throws StudyError where there is no study or it is damaged; ReportError where its report is
 */
export async function openStudy(folder: string): Promise<Study> {
  const place = resolve(folder);
  const log = await readJournal(place);
  const { startedAt, settings, space } = log.header;
  return {
    folder: place,
    startedAt,
    settings,
    space,
    probes: log.probes,
    trials: log.trials,
    searchEnded: log.searchEnded,
    twins: twinsOf(log),
    seconds: log.elapsed,
    finished: await finishedOf(place, log),
  };
}

/** The report is the last that is written: a process may end before it. */
async function finishedOf(folder: string, { finishedAt, trials }: StudyLog): Promise<FinishedStudy | null> {
  const path = join(folder, REPORT);
  if (finishedAt === null || !existsSync(path)) return null;
  return finishedStudy(folder, trials, await readReport(path));
}

function twinsOf({ scratch, scratchEpochs }: StudyLog): Twin[] {
  const rates = new Set([...scratchEpochs.keys(), ...scratch.map(({ learningRate }) => learningRate)]);
  return [...rates].map((learningRate): Twin => {
    const ended = scratch.find((one) => one.learningRate === learningRate);
    const epochs = scratchEpochs.get(learningRate) ?? [];
    return { learningRate, epochs, status: ended?.status ?? 'running', reason: ended?.reason ?? '' };
  });
}
