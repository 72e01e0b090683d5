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

/** A running, interrupted or finished study on disk, as plain data. */
export interface Study {
  readonly folder: string;
  /** Start, as ISO 8601. */
  readonly startedAt: string;
  readonly settings: StudyRequest;
  /** The search space, with the freeze depths of each backbone. */
  readonly space: SearchSpace;
  /** Results of the probes fitted so far. */
  readonly probes: readonly ProbeRecord[];
  /** Trials in the order of their start, each with its epochs and the reason for its end. */
  readonly trials: readonly TrialRecord[];
  /** Reason for the end of the search; null while it runs. */
  readonly searchEnded: string | null;
  /** Baselines: the best trial's network trained from random weights, once per learning rate, after the search. */
  readonly baselines: readonly TrialRecord[];
  /** Seconds of work so far, including the time before each resume. */
  readonly seconds: number;
  /** The result; null until model and report are written. */
  readonly finished: FinishedStudy | null;
}

/**
 * Reads a study, which may be running in another process.
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

/** Reads the report, which is written last, so that it may be missing. */
async function finishedOf(folder: string, { finishedAt, trials }: StudyLog): Promise<FinishedStudy | null> {
  const path = join(folder, REPORT);
  if (finishedAt === null || !existsSync(path)) return null;
  return finishedStudy(folder, searchedTrials(trials), await readReport(path));
}
