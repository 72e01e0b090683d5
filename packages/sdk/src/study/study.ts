import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  baselineTrials,
  searchedTrials,
  type ProbeRecord,
  type SearchSpace,
  type StudyLog,
  type StudyRequest,
  type TrialRecord,
} from '@espalier/study';
import { readJournal, readReport } from '@espalier/study/folder';
import { finishedStudy, REPORT, type FinishedStudy } from './finished.js';

/** What is on the disk of a study, at work, interrupted or finished; plain data. */
export interface Study {
  readonly folder: string;
  /** When it began, as ISO 8601. */
  readonly startedAt: string;
  readonly settings: StudyRequest;
  /** What is searched, with the freeze depths of each backbone. */
  readonly space: SearchSpace;
  /** What linear classifiers reach on the frozen features, as far as they have been fitted. */
  readonly probes: readonly ProbeRecord[];
  /** In the order of their start, each with its epochs and why it was stopped. */
  readonly trials: readonly TrialRecord[];
  /** Why no further trial is started; null while the search goes on. */
  readonly searchEnded: string | null;
  /** The best trial's network from random weights, once for each learning rate, after the search. */
  readonly baselines: readonly TrialRecord[];
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
    trials: searchedTrials(log.trials),
    searchEnded: log.searchEnded,
    baselines: baselineTrials(log.trials),
    seconds: log.elapsed,
    finished: await finishedOf(place, log),
  };
}

/** The report is the last that is written: a process may end before it. */
async function finishedOf(folder: string, { finishedAt, trials }: StudyLog): Promise<FinishedStudy | null> {
  const path = join(folder, REPORT);
  if (finishedAt === null || !existsSync(path)) return null;
  return finishedStudy(folder, searchedTrials(trials), await readReport(path));
}
