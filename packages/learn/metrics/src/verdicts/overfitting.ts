import type { DifferenceInterval } from '../intervals/proportions.js';
import type { Metric } from '../metrics/metric.js';

/** A simpler or less trained model of the same study, on the same test examples. */
export interface SimplerModel {
  /** As in `the probe of its last features`. */
  readonly title: string;
  /** How much better than the answer it is. */
  readonly ahead: DifferenceInterval;
}

export interface OverfittingEvidence {
  readonly metric: Pick<Metric, 'label' | 'unit' | 'direction'>;
  /** The metric on examples that the model learnt from. */
  readonly train: number;
  /** The metric on examples that it had not learnt from. */
  readonly held: number;
  /** Share of the training examples that it answers rightly; null where its answers are not right or wrong. */
  readonly trainRight: number | null;
  /** How much better than the trivial answer it is on the examples that it had not learnt from. */
  readonly versusTrivial: DifferenceInterval;
  /** "always answering with the most frequent class" */
  readonly trivial: string;
  /** Refitted on the same labels; the test examples chose neither them nor the answer. */
  readonly simpler: readonly SimplerModel[];
  /** Test examples. */
  readonly examples: number;
  /** The epochs in order; none for a model that was fitted at once. */
  readonly curve: readonly {
    readonly epoch: number;
    readonly trainLoss: number;
    readonly validationLoss: number;
  }[];
}

export interface OverfittingVerdict {
  readonly kind: 'none' | 'overfitting' | 'memorised';
  /** How much better the metric is on training examples. */
  readonly gap: number;
  /** The verdict and its figures for people. */
  readonly sentence: string;
}

/** Conventions of this project. */
export const overfittingThresholds = {
  /** Share of the training examples that is nearly all. */
  memorisedTrainRight: 0.99,
  /** A gap of a share that is learning by heart all the same. */
  memorisedGap: 0.2,
  /** How far validation loss may end above its lowest while training loss still falls. */
  lossRise: 0.25,
} as const;

/**
 * Whether a model learned its training examples rather than the task, which a gap between training and held-out
 * examples does not tell: the best of models often has one.
 *
 * `memorised`: it answers nearly all training examples rightly, or far more than others, and held-out examples
 * not better than the trivial answer. `overfitting`: a simpler model of the same study answers the test examples
 * better. Both by 95 % intervals.
 */
export function judgeOverfitting(evidence: OverfittingEvidence): OverfittingVerdict {
  const { metric, train, held, trainRight, versusTrivial, trivial, simpler, examples, curve } = evidence;
  const gap = metric.direction === 'maximise' ? train - held : held - train;
  const figures =
    `${inSentence(metric.label)} is ${written(metric, train)} on examples that it learnt from and ` +
    `${written(metric, held)} on others, a gap of ${difference(metric, gap)}`;
  const limits = overfittingThresholds;
  const byHeart =
    (trainRight !== null && trainRight >= limits.memorisedTrainRight) ||
    (metric.unit === 'share' && gap >= limits.memorisedGap);
  if (byHeart && versusTrivial.low <= 0) {
    return {
      kind: 'memorised',
      gap,
      sentence:
        `The model memorised its training examples: on others it is not better than ${trivial} ` +
        `(${difference(metric, versusTrivial.difference)} ahead, ${interval(metric, versusTrivial)}); ${figures}.`,
    };
  }
  const [ahead] = simpler
    .filter((model) => model.ahead.low > 0)
    .toSorted((a, b) => b.ahead.difference - a.ahead.difference);
  if (ahead !== undefined) {
    return {
      kind: 'overfitting',
      gap,
      sentence:
        `The model overfits: ${ahead.title} is ${difference(metric, ahead.ahead.difference)} ahead of it ` +
        `(${interval(metric, ahead.ahead)}) on ${examples} test examples; ${figures}.`,
    };
  }
  const rise = riseOf(curve);
  const later = rise === null ? '' : ` Further training would overfit: ${rise}.`;
  const nothing =
    versusTrivial.low > 0
      ? ''
      : ` Yet it is not better than ${trivial} on others (${difference(metric, versusTrivial.difference)} ahead, ${interval(metric, versusTrivial)}).`;
  return { kind: 'none', gap, sentence: `${comparedWith(simpler)}: ${figures}.${nothing}${later}` };
}

function comparedWith(simpler: readonly SimplerModel[]): string {
  if (simpler.length === 0) return 'No sign of overfitting, though nothing simpler was compared';
  const titles = simpler.map(({ title }) => title).join(' and ');
  return `No sign of overfitting: ${titles} ${simpler.length === 1 ? 'is' : 'are'} not better on the test examples`;
}

function riseOf(curve: OverfittingEvidence['curve']): string | null {
  const [first, ...later] = curve;
  if (first === undefined) return null;
  const last = later.at(-1) ?? first;
  const lowest = later.reduce((a, b) => (b.validationLoss < a.validationLoss ? b : a), first);
  const limit = lowest.validationLoss * (1 + overfittingThresholds.lossRise);
  if (last.validationLoss < limit || last.trainLoss >= lowest.trainLoss) return null;
  return (
    `validation loss was lowest at epoch ${lowest.epoch} (${lowest.validationLoss.toFixed(3)}) ` +
    `and ended at ${last.validationLoss.toFixed(3)} while training loss still fell`
  );
}

type Written = OverfittingEvidence['metric'];

const inSentence = (label: string): string => label.charAt(0).toLowerCase() + label.slice(1);

const written = ({ unit }: Written, value: number): string =>
  unit === 'share' ? `${(value * 100).toFixed(1)} %` : value.toFixed(3);

const plain = ({ unit }: Written, value: number): string =>
  unit === 'share' ? (value * 100).toFixed(1).replace(/^-0\.0$/, '0.0') : value.toFixed(3);

const difference = (metric: Written, value: number): string =>
  `${plain(metric, value)}${metric.unit === 'share' ? ' points' : ''}`;

const interval = (metric: Written, { low, high }: DifferenceInterval): string =>
  `95 % interval ${plain(metric, low)} to ${plain(metric, high)}`;
