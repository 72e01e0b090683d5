import { cumulative } from '../../normal.js';

/** Differences up to which the distribution is counted out; with more it is close to normal. */
const EXACT = 50;

/**
 * The probability that the signed-rank statistic of Wilcoxon (1945) is as low as it is, or lower, where each
 * difference is as likely to have the other sign: small where differences are below 0. Equal sizes share their
 * mean rank, and the ranks of zeros are split between the signs, as by SciPy's `zsplit`.
 */
export function signedRankBelow(differences: readonly number[]): number {
  const ranks = ranksOf(differences.map(Math.abs));
  const signed = differences.flatMap((difference, i) =>
    difference === 0 ? [] : [{ rank: ranks[i] ?? NaN, isAbove: difference > 0 }],
  );
  const above = signed.reduce((sum, { rank, isAbove }) => sum + (isAbove ? rank : 0), 0);
  if (signed.length === 0) return 1;
  const free = signed.map(({ rank }) => rank);
  return differences.length <= EXACT ? exact(free, above) : normal(free, above);
}

/** Ranks from 1, each the mean of those of equal values. */
function ranksOf(values: readonly number[]): readonly number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal + 1) / 2;
  });
}

/** Counts the choices of signs by their sums; ranks are halves at worst. */
function exact(ranks: readonly number[], above: number): number {
  const doubled = ranks.map((rank) => Math.round(2 * rank));
  let shares = new Float64Array(doubled.reduce((sum, rank) => sum + rank, 0) + 1);
  shares[0] = 1;
  for (const rank of doubled) {
    shares = shares.map((share, sum) => 0.5 * (share + (sum < rank ? 0 : (shares[sum - rank] ?? 0))));
  }
  return shares.slice(0, Math.round(2 * above) + 1).reduce((sum, share) => sum + share, 0);
}

function normal(ranks: readonly number[], above: number): number {
  const mean = ranks.reduce((sum, rank) => sum + rank, 0) / 2;
  const variance = ranks.reduce((sum, rank) => sum + rank * rank, 0) / 4;
  return cumulative((above - mean) / Math.sqrt(variance));
}
