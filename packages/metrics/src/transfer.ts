import { bootstrapDifference, type BootstrapOptions, type DifferenceInterval } from './bootstrap.js';

/** Whether each test example is classified correctly, in one order for all three. */
export interface TransferContest {
  /** The best model that started from pre-trained weights. */
  readonly transfer: readonly boolean[];
  /** The same network trained from random weights. */
  readonly scratch: readonly boolean[];
  /** The most frequent training class as the answer to everything. */
  readonly majority: readonly boolean[];
}

export interface TransferVerdict {
  readonly kind: 'helps' | 'negative-transfer' | 'unclear';
  /** The verdict and its figures for people. */
  readonly sentence: string;
  readonly versusScratch: DifferenceInterval;
  readonly versusMajority: DifferenceInterval;
}

/** Below this the percentile bootstrap covers much less than it promises. */
const enoughExamples = 30;

/**
 * Whether pre-training was worth it: paired 95 % bootstrap intervals of the gain in test accuracy.
 *
 * `helps`: the gain is above 0 over its whole interval, against both baselines. `negative-transfer`:
 * it is not against at least one; a guard does not give the benefit of the doubt. `unclear`: fewer
 * than 30 test examples, and the transfer is ahead of both baselines there.
 */
export function judgeTransfer(contest: TransferContest, options: BootstrapOptions): TransferVerdict {
  const versusScratch = bootstrapDifference(contest.transfer, contest.scratch, options);
  const versusMajority = bootstrapDifference(contest.transfer, contest.majority, options);
  const kind = kindOf(contest.transfer.length, [versusScratch, versusMajority]);
  const figures =
    `${describe(versusScratch)} the same network trained from scratch and ` +
    `${describe(versusMajority)} always answering with the most frequent class, ` +
    `on ${contest.transfer.length} test examples`;
  return { kind, sentence: `${openings[kind]} ${figures}.`, versusScratch, versusMajority };
}

const openings = {
  helps: 'Transfer helps: the best model is',
  'negative-transfer':
    'Negative transfer: the best model does not beat both baselines beyond the 95 % interval; it is',
  unclear: 'There are too few test examples to tell whether transfer helps; the best model is',
} as const satisfies Record<TransferVerdict['kind'], string>;

function kindOf(examples: number, gains: readonly DifferenceInterval[]): TransferVerdict['kind'] {
  if (examples < enoughExamples && gains.every(({ difference }) => difference > 0)) return 'unclear';
  return gains.every(({ low }) => low > 0) ? 'helps' : 'negative-transfer';
}

/** As in `3.1 points (95 % interval 1.2 to 5.0) ahead of`. */
function describe({ difference, low, high }: DifferenceInterval): string {
  const points = (value: number): string => (value * 100).toFixed(1).replace(/^-0\.0$/, '0.0');
  const interval = `(95 % interval ${points(low)} to ${points(high)})`;
  if (difference === 0) return `level ${interval} with`;
  return `${points(Math.abs(difference))} points ${interval} ${difference < 0 ? 'behind' : 'ahead of'}`;
}
