import { join } from 'node:path';
import { ranked, type StudyReport, type TrialRecord } from '@espalier/study';

/** Absolute paths of a study's result files. */
export interface StudyFiles {
  /** The whole network of the answer in ONNX. */
  readonly model: string;
  /** The preprocessing of the network's input. */
  readonly preprocessing: string;
  /** The report for people, in Markdown. */
  readonly report: string;
  /** The report for machines. */
  readonly data: string;
  readonly card: string;
}

/** A finished study as plain data, the same from `search` and from `openStudy`. */
export interface FinishedStudy {
  readonly folder: string;
  /** The trial that is the answer or a member of it; null if a probe or a baseline is the answer. */
  readonly best: TrialRecord | null;
  /** The answer: its name on the leaderboard, and its description. */
  readonly answer: { readonly name: string; readonly title: string };
  /** Baselines, probes, trials and averages, all measured on the same examples; the lowest loss first. */
  readonly standings: StudyReport['leaderboard'];
  /** Trials with a result from the search, best first. */
  readonly leaderboard: readonly TrialRecord[];
  /** All trials in the order of their start, including those that failed. */
  readonly trials: readonly TrialRecord[];
  /** Scores of the answer on each split: shares 0..1, losses in nats. */
  readonly metrics: Pick<StudyReport['best'], 'train' | 'validation' | 'test'>;
  /** Verdicts on transfer, overfitting and licence. */
  readonly verdicts: StudyReport['verdicts'];
  /** The contents of `report.json`: the dataset, the backbones, the baselines and all of the above. */
  readonly report: StudyReport;
  readonly files: StudyFiles;
  /** Reason for the end of the search. */
  readonly reason: string;
  /** Seconds of work, including the time before each resume. */
  readonly seconds: number;
}

/** Builds a finished study from its trials and its report. */
export function finishedStudy(
  folder: string,
  trials: readonly TrialRecord[],
  report: StudyReport,
): FinishedStudy {
  const { trial, name, title, train, validation, test } = report.best;
  const called = name ?? `trial-${trial}`;
  const { model, preprocessing, card } = report.files;
  return {
    folder,
    best: trial === null ? null : (trials[trial] as TrialRecord),
    answer: { name: called, title: title ?? called },
    standings: report.leaderboard,
    leaderboard: ranked(trials),
    trials,
    metrics: { train, validation, test },
    verdicts: report.verdicts,
    report,
    files: {
      model: join(folder, model),
      preprocessing: join(folder, preprocessing),
      report: join(folder, 'report.md'),
      data: join(folder, REPORT),
      card: join(folder, card),
    },
    reason: report.search.reason,
    seconds: report.seconds,
  };
}

/** File name of the report for machines. */
export const REPORT = 'report.json';
