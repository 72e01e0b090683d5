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

/** Compares two contenders example by example, so that what is hard for both cancels out. */
export function pairedDifference(first: Float64Array, second: Float64Array): PairedDifference {
  const differences = first.map((value, i) => value - (second[i] as number));
  const n = differences.length;
  const difference = differences.reduce((a, b) => a + b, 0) / n;
  const variance = differences.reduce((sum, d) => sum + (d - difference) ** 2, 0) / Math.max(1, n - 1);
  return { difference, error: Math.sqrt(variance / n) };
}

/**
 * The contender to trust: the cheapest that is within one standard error of the best (Breiman et al.,
 * Classification and Regression Trees, 1984, section 3.4.3), the error being that of the paired difference.
 *
 * @returns its index; of equally cheap ones that with the least loss
 */
export function chooseContender(contenders: readonly Contender[]): number {
  const means = contenders.map(({ losses }) => losses.reduce((a, b) => a + b, 0) / losses.length);
  const best = means.reduce((least, mean, i) => (mean < (means[least] as number) ? i : least), 0);
  const { losses: least } = contenders[best] as Contender;
  return contenders.reduce((chosen, { losses, cost }, i) => {
    const { cost: chosenCost } = contenders[chosen] as Contender;
    if (cost > chosenCost) return chosen;
    const { difference, error } = pairedDifference(losses, least);
    if (difference > error) return chosen;
    if (cost < chosenCost) return i;
    return (means[i] as number) < (means[chosen] as number) ? i : chosen;
  }, best);
}
