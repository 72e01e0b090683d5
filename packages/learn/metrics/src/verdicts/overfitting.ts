import { differenceInterval, type Count } from '../intervals/proportions.js';

/** What the weights that are kept answer. */
export interface Answered extends Count {
  /** Independent examples that they are worth, where some belong together. */
  readonly effective?: number;
  /** Mean log loss in nats. */
  readonly loss: number;
}

export interface OverfittingEvidence {
  readonly train: Answered;
  readonly validation: Answered;
  /** The epochs in order; none for a model that was fitted at once. */
  readonly curve: readonly {
    readonly epoch: number;
    readonly trainLoss: number;
    readonly validationLoss: number;
  }[];
}

export interface OverfittingVerdict {
  readonly kind: 'none' | 'overfitting' | 'memorised';
  /** Training accuracy minus validation accuracy. */
  readonly gap: number;
  /** The verdict and its figures for people. */
  readonly sentence: string;
}

/** Gaps that are worth a word, where the examples tell that there is one; conventions of this project. */
export const overfittingThresholds = {
  /** Accuracy points between training and validation. */
  gap: 0.1,
  memorisedTrainAccuracy: 0.99,
  memorisedGap: 0.2,
  /** How far validation loss may end above its lowest while training loss still falls. */
  lossRise: 0.25,
} as const;

/**
 * Whether a model learned its training examples rather than the task: the 95 % interval of the gap between
 * training and validation accuracy lies above 0, and the gap is at least 10 points (`overfitting`), or
 * 20 with nearly all training examples right (`memorised`). That the validation loss rose again after the
 * epoch that is kept is said and is no fault of the model.
 */
export function judgeOverfitting({ train, validation, curve }: OverfittingEvidence): OverfittingVerdict {
  const { difference: gap, low, high } = differenceInterval(worth(train), worth(validation));
  const accuracy = train.correct / train.examples;
  const figures =
    `${shown(train)} of the training examples and ${shown(validation)} of the validation examples are right ` +
    `(loss ${train.loss.toFixed(3)} and ${validation.loss.toFixed(3)}), a gap of ${points(gap)} points ` +
    `(95 % interval ${points(low)} to ${points(high)})`;
  const limits = overfittingThresholds;
  if (low > 0 && accuracy >= limits.memorisedTrainAccuracy && gap >= limits.memorisedGap) {
    return { kind: 'memorised', gap, sentence: `The model memorised its training examples: ${figures}.` };
  }
  if (low > 0 && gap >= limits.gap) {
    return { kind: 'overfitting', gap, sentence: `The model overfits: ${figures}.` };
  }
  const rise = riseOf(curve);
  const later = rise === null ? '' : ` Further training would overfit: ${rise}.`;
  return { kind: 'none', gap, sentence: `No sign of overfitting: ${figures}.${later}` };
}

/** The same share of as many independent examples. */
const worth = ({ correct, examples, effective = examples }: Answered): Count => ({
  correct: (correct / examples) * effective,
  examples: effective,
});

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

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const points = (share: number): string => (share * 100).toFixed(1).replace(/^-0\.0$/, '0.0');
const shown = ({ correct, examples }: Count): string => percent(correct / examples);

/**
 * The same of a linear classifier, which may be right on all it learnt from and still be the best there is:
 * its penalty was chosen by examples that it had not learnt from.
 */
export function judgePenalised({
  train,
  validation,
}: Pick<OverfittingEvidence, 'train' | 'validation'>): OverfittingVerdict {
  return {
    kind: 'none',
    gap: train.correct / train.examples - validation.correct / validation.examples,
    sentence:
      `No sign of overfitting: the penalty was chosen by examples that the model had not learnt from, of which ` +
      `${shown(validation)} are right (${shown(train)} of those it had).`,
  };
}
