import { inSentence, writeIn } from '@espalier/study/words';
import { counted } from './format.js';
import type { ReportedBackbone, ReportedTrial, StudyReport } from '@espalier/study';

/** The objective of an epoch, or of a trial's best one, as it is; null where there is none. */
export const objectiveOf = (
  { metrics }: { readonly metrics: Readonly<Record<string, number>> | null },
  { search: { objective } }: StudyReport,
): number | null => metrics?.[objective.name] ?? null;

/** Writes a value of the objective in its unit. */
export const writeObjective = (value: number | null, { search: { objective } }: StudyReport): string => {
  return value === null ? '' : writeIn(objective, value);
};

/** Writes a value of the report's metric in its unit. */
export const writeMetric = (value: number, { metric }: Pick<StudyReport, 'metric'>): string =>
  writeIn(metric, value);

/** As in `93.3 % to 97.1 %`. */
export const writeInterval = (
  { low, high }: { readonly low: number; readonly high: number },
  report: Pick<StudyReport, 'metric'>,
): string => `${writeMetric(low, report)} to ${writeMetric(high, report)}`;

/** Trials that have a result, best first: by the objective, then by loss, then the earlier. */
export const rankedTrials = (report: StudyReport): ReportedTrial[] =>
  report.trials.filter(hasResult).sort((a, b) => {
    const sign = report.search.objective.direction === 'maximise' ? 1 : -1;
    const gain = sign * ((objectiveOf(b, report) ?? 0) - (objectiveOf(a, report) ?? 0));
    const loss = (a.validationLoss ?? Infinity) - (b.validationLoss ?? Infinity);
    return gain || loss || a.number - b.number;
  });

export const unrankedTrials = (report: StudyReport): ReportedTrial[] =>
  report.trials.filter((trial) => !hasResult(trial));

const hasResult = ({ status, metrics }: ReportedTrial): boolean => status !== 'failed' && metrics !== null;

export interface Answer {
  /** Name on the leaderboard. */
  readonly name: string;
  /** Description for people; for a trial its backbone. */
  readonly title: string;
  /** Of a trial how it was trained, to stand behind the title. */
  readonly manner: string;
  /** The trial that it is or that is a part of it. */
  readonly trial: ReportedTrial | null;
  /** The network it reads; null where it needs none. */
  readonly backbone: ReportedBackbone | null;
}

/** Finds the answer of the study; a valid report lists its trial and its backbone. */
export function answerOf(report: StudyReport): Answer {
  const { best, backbones } = report;
  const trial = report.trials.find(({ number }) => number === best.trial) ?? null;
  const id = best.backbone === undefined ? trial?.configuration.backbone : best.backbone;
  const backbone = backbones.find((one) => one.id === id) ?? null;
  const name = best.name ?? `trial-${best.trial}`;
  if (best.kind !== 'trial' || trial === null) {
    return { name, title: best.title ?? name, manner: '', trial, backbone };
  }
  const frozen = trial.written['freezeDepth'];
  const manner = frozen === undefined ? '' : ` with ${frozen} stages frozen`;
  return { name, title: trial.configuration.backbone, manner, trial, backbone };
}

export interface Caution {
  readonly kind: 'NOTE' | 'WARNING';
  readonly about: 'classes' | 'baseline' | 'transfer' | 'overfitting' | 'licence' | 'leakage' | 'imbalance';
  readonly sentence: string;
}

/** Lists the warnings to read before using the model, most severe first. */
export function cautionsOf(report: StudyReport): Caution[] {
  const { best, verdicts, dataset, baselines } = report;
  const { transfer, overfitting, licence } = verdicts;
  const cautions: Caution[] = [];
  if (best.neverAnswers !== undefined) {
    cautions.push({ kind: 'WARNING', about: 'classes', sentence: best.neverAnswers });
  }
  if (baselines.plain?.asGood === true) {
    cautions.push({ kind: 'NOTE', about: 'baseline', sentence: baselines.plain.sentence });
  }
  if (transfer.kind !== 'helps') {
    const kind = transfer.kind === 'negative-transfer' ? 'WARNING' : 'NOTE';
    cautions.push({ kind, about: 'transfer', sentence: transfer.sentence });
  }
  if (overfitting.kind !== 'none') {
    cautions.push({ kind: 'WARNING', about: 'overfitting', sentence: overfitting.sentence });
  }
  if (licence.kind !== 'allowed') {
    cautions.push({ kind: 'WARNING', about: 'licence', sentence: licence.sentence });
  }
  if (dataset.leaks.length > 0) {
    cautions.push({ kind: 'WARNING', about: 'leakage', sentence: leakageSentence(report) });
  }
  if (dataset.imbalance !== null) {
    cautions.push({ kind: 'NOTE', about: 'imbalance', sentence: dataset.imbalance });
  }
  return cautions;
}

function leakageSentence({ metric: { label }, dataset: { leaks } }: StudyReport): string {
  const touching = leaks.filter(({ splitA, splitB }) => splitA === 'test' || splitB === 'test').length;
  const verb = leaks.length === 1 ? 'shows' : 'show';
  return (
    `${counted(leaks.length, 'pair')} of near duplicates ${verb} up in two splits, ${touching} with a test example; ` +
    `the measured ${inSentence(label)} may be better than that on fresh examples.`
  );
}
