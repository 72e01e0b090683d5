import type { DifferenceInterval } from '../intervals/proportions.js';

/** By how much the best model that started from pre-trained weights is better, on the same test examples. */
export interface TransferContest {
  /** Than the same network trained from random weights. */
  readonly versusBaseline: DifferenceInterval;
  /** Than a model that has seen the labels alone. */
  readonly versusTrivial: DifferenceInterval;
  /** Description of that model: "always answering with the most frequent class". */
  readonly trivial: string;
  readonly examples: number;
  readonly unit: 'share' | 'number';
}

export interface TransferVerdict {
  readonly kind: 'helps' | 'negative-transfer' | 'unclear';
  /** The verdict and its figures for people. */
  readonly sentence: string;
  readonly versusBaseline: DifferenceInterval;
  readonly versusTrivial: DifferenceInterval;
}

/**
 * Judges whether pre-training was worth it, by paired 95 % intervals of the gain on the test examples.
 *
 * `helps`: both intervals lie above 0. `negative-transfer`: one lies below it. `unclear`: neither, because
 * there are too few examples or the gain is too small for them.
 */
export function judgeTransfer(contest: TransferContest): TransferVerdict {
  const { versusBaseline, versusTrivial, trivial, examples, unit } = contest;
  const kind = kindOf([versusBaseline, versusTrivial]);
  const figures =
    `${describe(versusBaseline, unit)} the same network trained from random weights and ` +
    `${describe(versusTrivial, unit)} ${trivial}, ` +
    `on ${examples} test examples`;
  return { kind, sentence: `${openings[kind]} ${figures}.`, versusBaseline, versusTrivial };
}

const openings = {
  helps: 'Transfer helps: the best model is',
  'negative-transfer': 'Negative transfer: the best model is',
  unclear: 'The test examples do not tell whether transfer helps: the best model is',
} as const satisfies Record<TransferVerdict['kind'], string>;

function kindOf(gains: readonly DifferenceInterval[]): TransferVerdict['kind'] {
  if (gains.every(({ low }) => low > 0)) return 'helps';
  return gains.some(({ high }) => high < 0) ? 'negative-transfer' : 'unclear';
}

/** As in `3.1 points (95 % interval 1.2 to 5.0) ahead of`, or without points where the metric is no share. */
function describe({ difference, low, high }: DifferenceInterval, unit: TransferContest['unit']): string {
  const written = (value: number): string =>
    unit === 'share' ? (value * 100).toFixed(1).replace(/^-0\.0$/, '0.0') : value.toFixed(3);
  const interval = `(95 % interval ${written(low)} to ${written(high)})`;
  if (difference === 0) return `level ${interval} with`;
  const amount = `${written(Math.abs(difference))}${unit === 'share' ? ' points' : ''}`;
  return `${amount} ${interval} ${difference < 0 ? 'behind' : 'ahead of'}`;
}
