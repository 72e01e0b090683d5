import type { Groups } from './clusters.js';
import { pairedDifferenceInterval, type DifferenceInterval } from './proportions.js';

/** Whether each test example is classified correctly, in one order for all three. */
export interface TransferContest {
  /** The best model that started from pre-trained weights. */
  readonly transfer: readonly boolean[];
  /** The same network trained from random weights. */
  readonly baseline: readonly boolean[];
  /** The most frequent training class as the answer to everything. */
  readonly majority: readonly boolean[];
  /** Of the same examples: those of a group count as what they are worth together. */
  readonly groups?: Groups;
}

export interface TransferVerdict {
  readonly kind: 'helps' | 'negative-transfer' | 'unclear';
  /** The verdict and its figures for people. */
  readonly sentence: string;
  readonly versusBaseline: DifferenceInterval;
  readonly versusMajority: DifferenceInterval;
}

/**
 * Whether pre-training was worth it, by paired 95 % intervals of the gain in test accuracy.
 *
 * `helps`: both intervals lie above 0. `negative-transfer`: one lies below it. `unclear`: neither, because
 * there are too few examples or the gain is too small for them.
 */
export function judgeTransfer(contest: TransferContest): TransferVerdict {
  const { transfer, baseline, majority, groups } = contest;
  const versusBaseline = pairedDifferenceInterval(transfer, baseline, groups);
  const versusMajority = pairedDifferenceInterval(transfer, majority, groups);
  const kind = kindOf([versusBaseline, versusMajority]);
  const figures =
    `${describe(versusBaseline)} the same network trained from random weights and ` +
    `${describe(versusMajority)} always answering with the most frequent class, ` +
    `on ${transfer.length} test examples`;
  return { kind, sentence: `${openings[kind]} ${figures}.`, versusBaseline, versusMajority };
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

/** As in `3.1 points (95 % interval 1.2 to 5.0) ahead of`. */
function describe({ difference, low, high }: DifferenceInterval): string {
  const points = (value: number): string => (value * 100).toFixed(1).replace(/^-0\.0$/, '0.0');
  const interval = `(95 % interval ${points(low)} to ${points(high)})`;
  if (difference === 0) return `level ${interval} with`;
  return `${points(Math.abs(difference))} points ${interval} ${difference < 0 ? 'behind' : 'ahead of'}`;
}
