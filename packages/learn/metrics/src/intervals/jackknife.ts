import type { Groups } from './clusters.js';
import { studentQuantile } from './clusters.js';
import type { Interval } from './proportions.js';

/** Blocks that are left out in turn; more make the interval hardly better. */
const BLOCKS = 50;

/**
 * 95 % interval of a number that is computed from examples: the delete-a-group jackknife with Student's t
 * (Shao & Wu, A general theory for jackknife variance estimation, Annals of Statistics 17, 1989). It holds
 * for smooth functions of means; a share near 0 or 1 needs an interval of its own.
 *
 * @param measure computes the number from the examples with these indexes, in order
 * @param groups of the examples: those of a group are left out together
 */
export function jackknifeInterval(
  examples: number,
  measure: (rows: readonly number[]) => number,
  groups?: Groups,
): Interval {
  const rows = Array.from({ length: examples }, (_, row) => row);
  const value = measure(rows);
  const blocks = blocksOf(rows, groups);
  const count = Math.max(...blocks) + 1;
  if (count < 2) return { low: -Infinity, high: Infinity };
  const values = Array.from({ length: count }, (_, left) =>
    measure(rows.filter((row) => blocks[row] !== left)),
  );
  const mean = values.reduce((sum, one) => sum + one, 0) / count;
  const squares = values.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  const reach = studentQuantile(count - 1) * Math.sqrt(((count - 1) / count) * squares);
  return { low: value - reach, high: value + reach };
}

/** The block of each example: neighbours, which are often alike, fall into different ones. */
function blocksOf(rows: readonly number[], groups: Groups | undefined): number[] {
  const units = new Map<string, number>();
  return rows.map((row) => {
    const group = groups?.[row];
    const key = group == null ? `example ${row}` : `group ${group}`;
    const unit = units.get(key) ?? units.size;
    units.set(key, unit);
    return unit % BLOCKS;
  });
}
