export interface OverfittingEvidence {
  /** All four at the epoch whose weights are kept; accuracies 0..1, losses in nats. */
  readonly trainAccuracy: number;
  readonly validationAccuracy: number;
  readonly trainLoss: number;
  readonly validationLoss: number;
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

/** Where each verdict begins; conventions of this project, wide enough to let noise pass. */
export const overfittingThresholds = {
  /** Accuracy points between training and validation. */
  gap: 0.1,
  memorisedTrainAccuracy: 0.99,
  memorisedGap: 0.2,
  /** How far validation loss may end above its lowest while training loss still falls. */
  lossRise: 0.25,
} as const;

/**
 * Whether a model learned its training examples rather than the task.
 *
 * `memorised`: training accuracy is at least 99 % and validation at least 20 points lower.
 * `overfitting`: at least 10 points lower, or the validation loss ended 25 % above its lowest while
 * the training loss went on falling (the kept epoch may be the good one; the recipe is not).
 */
export function judgeOverfitting(evidence: OverfittingEvidence): OverfittingVerdict {
  const { trainAccuracy, validationAccuracy, trainLoss, validationLoss } = evidence;
  const gap = trainAccuracy - validationAccuracy;
  const figures =
    `${percent(trainAccuracy)} of the training examples and ${percent(validationAccuracy)} of the ` +
    `validation examples are right (loss ${trainLoss.toFixed(3)} and ${validationLoss.toFixed(3)})`;
  const limits = overfittingThresholds;
  if (trainAccuracy >= limits.memorisedTrainAccuracy && gap >= limits.memorisedGap) {
    return { kind: 'memorised', gap, sentence: `The model memorised its training examples: ${figures}.` };
  }
  if (gap >= limits.gap) {
    return { kind: 'overfitting', gap, sentence: `The model overfits: ${figures}.` };
  }
  const rise = riseOf(evidence.curve);
  if (rise !== null) {
    return { kind: 'overfitting', gap, sentence: `Training went on into overfitting: ${rise}; ${figures}.` };
  }
  return { kind: 'none', gap, sentence: `No sign of overfitting: ${figures}.` };
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

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/**
 * The same of a linear classifier, which may be right on all it learnt from and still be the best there is:
 * its penalty was chosen by examples that it had not learnt from.
 */
export function judgePenalised({
  trainAccuracy,
  validationAccuracy,
}: Pick<OverfittingEvidence, 'trainAccuracy' | 'validationAccuracy'>): OverfittingVerdict {
  return {
    kind: 'none',
    gap: trainAccuracy - validationAccuracy,
    sentence:
      `No sign of overfitting: the penalty was chosen by examples that the model had not learnt from, of which ` +
      `${percent(validationAccuracy)} are right (${percent(trainAccuracy)} of those it had).`,
  };
}
