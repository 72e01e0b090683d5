/** What competes for the answer, measured on the same examples. */
export interface Contender {
  /** Loss of each example. */
  readonly losses: Float64Array;
  /** Rank of what it takes to train and run: lower is cheaper. */
  readonly cost: number;
}

export interface PairedDifference {
  /** Mean loss of the first minus that of the second. */
  readonly difference: number;
  /** Standard error of the difference over the examples. */
  readonly error: number;
}

/** How often each example counts, in a resample of them. */
type Counts = Uint16Array;

/**
 * Compares two contenders example by example, so that what is hard for both cancels out.
 *
 * @param counts how often each example counts; once by default
 */
export function pairedDifference(
  first: Float64Array,
  second: Float64Array,
  counts: Counts = onceEach(first.length),
): PairedDifference {
  let [n, sum] = [0, 0];
  for (let i = 0; i < first.length; i++) {
    const count = counts[i] as number;
    n += count;
    sum += count * ((first[i] as number) - (second[i] as number));
  }
  const difference = sum / n;
  let squares = 0;
  for (let i = 0; i < first.length; i++) {
    const deviation = (first[i] as number) - (second[i] as number) - difference;
    squares += (counts[i] as number) * deviation * deviation;
  }
  return { difference, error: Math.sqrt(squares / Math.max(1, n - 1) / n) };
}

/**
 * The contender to trust: the cheapest that is within one standard error of the best (Breiman et al.,
 * Classification and Regression Trees, 1984, section 3.4.3), the error being that of the paired difference.
 *
 * @param counts how often each example counts; once by default
 * @returns its index; of equally cheap ones that with the least loss
 */
export function chooseContender(contenders: readonly Contender[], counts?: Counts): number {
  const times = counts ?? onceEach((contenders[0] as Contender).losses.length);
  const totals = contenders.map(({ losses }) => totalOf(losses, times));
  const best = totals.reduce((least, total, i) => (total < (totals[least] as number) ? i : least), 0);
  const { losses: least } = contenders[best] as Contender;
  return contenders.reduce((chosen, { losses, cost }, i) => {
    const { cost: chosenCost } = contenders[chosen] as Contender;
    if (cost > chosenCost) return chosen;
    if (cost === chosenCost && !((totals[i] as number) < (totals[chosen] as number))) return chosen;
    const { difference, error } = pairedDifference(losses, least, times);
    return difference > error ? chosen : i;
  }, best);
}

const onceEach = (length: number): Counts => new Uint16Array(length).fill(1);

function totalOf(losses: Float64Array, counts: Counts): number {
  let total = 0;
  for (let i = 0; i < losses.length; i++) total += (counts[i] as number) * (losses[i] as number);
  return total;
}
