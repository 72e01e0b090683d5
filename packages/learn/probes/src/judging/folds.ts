import { createRandom } from '@espalier/base/random';

export interface FoldOptions {
  readonly folds: number;
  /** Names the draw; each repeat is another. */
  readonly seed: number;
  readonly repeat: number;
}

/** Indexes of examples that stay together. */
export type Unit = readonly number[];

/**
 * Divides examples into folds with about equal shares of each class. Examples of one unit, such as copies
 * of a file or recordings of one speaker, come into one fold.
 *
 * @param units each example is in one
 * @returns the fold of each example, 0..folds-1
 */
export function stratifiedFolds(
  labels: readonly number[],
  units: readonly Unit[],
  { folds, seed, repeat }: FoldOptions,
): Int32Array {
  const shuffled = createRandom(seed, 'folds', repeat).shuffle(units);
  // The large first, which are the hardest to place; then class after class, so that what one class has
  // over fills up the folds that the last one left short.
  const classOf = ([first]: Unit): number => labels[first as number] as number;
  const sorted = shuffled.sort((a, b) => b.length - a.length || classOf(a) - classOf(b));
  const classes = 1 + labels.reduce((a, b) => Math.max(a, b), -1);
  const counts = Array.from({ length: folds }, () => new Float64Array(classes));
  const totals = new Float64Array(folds);
  const fold = new Int32Array(labels.length);
  for (const unit of sorted) {
    const at = emptiest(counts, totals, unit, labels);
    for (const i of unit) {
      const label = labels[i] as number;
      fold[i] = at;
      (counts[at] as Float64Array)[label] = ((counts[at] as Float64Array)[label] as number) + 1;
      totals[at] = (totals[at] as number) + 1;
    }
  }
  return fold;
}

/** The fold that has least of a unit's classes; of equals the one that has least in all. */
function emptiest(
  counts: readonly Float64Array[],
  totals: Float64Array,
  unit: readonly number[],
  labels: readonly number[],
): number {
  const crowding = counts.map((count) =>
    unit.reduce((sum, i) => sum + (count[labels[i] as number] as number), 0),
  );
  return crowding.reduce((best, crowd, f) => {
    const least = crowding[best] as number;
    if (crowd !== least) return crowd < least ? f : best;
    return (totals[f] as number) < (totals[best] as number) ? f : best;
  }, 0);
}
