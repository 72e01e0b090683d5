import { join } from 'node:path';
import { ranked, type StudyReport, type TrialRecord } from '@espalier/study';

/** Absolute paths of what a study leaves. */
export interface StudyFiles {
  /** The whole network of the answer in ONNX. */
  readonly model: string;
  /** How the network's input is made. */
  readonly preprocessing: string;
  /** The report for people, in Markdown. */
  readonly report: string;
  /** The report for machines. */
  readonly data: string;
  readonly card: string;
}

/** A study that has a result; plain data, the same from `search` and from `openStudy`. */
export interface FinishedStudy {
  readonly folder: string;
  /** The trial that is the answer or a part of it; null where a probe or a baseline is. */
  readonly best: TrialRecord | null;
  /** What the answer is: its name on the leaderboard, and in words. */
  readonly answer: { readonly name: string; readonly title: string };
  /** Baselines, probes, trials and averages, all measured alike; the least loss first. */
  readonly standings: StudyReport['leaderboard'];
  /** Trials that have a result, best first, as they were trained in the search. */
  readonly leaderboard: readonly TrialRecord[];
  /** All trials in the order of their start, those that failed too. */
  readonly trials: readonly TrialRecord[];
  /** Scores of the answer on each split: shares 0..1, losses in nats. */
  readonly metrics: Pick<StudyReport['best'], 'train' | 'validation' | 'test'>;
  /** Whether transfer helped, whether the model overfits, and what its licence allows. */
  readonly verdicts: StudyReport['verdicts'];
  /** What is in `report.json`: the dataset, the backbones, the baselines and all of the above. */
  readonly report: StudyReport;
  readonly files: StudyFiles;
  /** Why the search ended. */
  readonly reason: string;
  /** Seconds of work, over all sessions. */
  readonly seconds: number;
}

/** A finished study from its trials and its report. */
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

/** The name of the report for machines. */
export const REPORT = 'report.json';
