import type { SplittableExample } from '../dataset.js';

/** Indexes of examples that have to stay together. */
export type Unit = readonly number[];

/**
 * Joins examples that share a group or a content, directly or through others (union-find).
 * Units come in the order of their first member in `indexes`.
 */
export function unitsOf(
  examples: readonly SplittableExample[],
  indexes: readonly number[],
  grouped: boolean,
): Unit[] {
  const parent = new Map(indexes.map((index) => [index, index]));
  const rootOf = (index: number): number => {
    let root = index;
    while (parent.get(root) !== root) root = parent.get(root) as number;
    parent.set(index, root);
    return root;
  };
  const firstWith = new Map<string, number>();
  const join = (key: string, index: number): void => {
    const first = firstWith.get(key);
    if (first === undefined) firstWith.set(key, index);
    else parent.set(rootOf(index), rootOf(first));
  };
  for (const index of indexes) {
    const { group, contentHash } = examples[index] as SplittableExample;
    if (grouped && group !== undefined) join(`group ${group}`, index);
    if (contentHash !== undefined) join(`content ${contentHash}`, index);
  }
  const units = new Map<number, number[]>();
  for (const index of indexes) {
    const root = rootOf(index);
    const unit = units.get(root);
    if (unit === undefined) units.set(root, [index]);
    else unit.push(index);
  }
  return [...units.values()];
}

/** How many files repeat another's contents, and how many contents have several labels. */
export function conflictingDuplicates(examples: readonly SplittableExample[]): {
  duplicates: number;
  conflicts: number;
} {
  const labelsOf = new Map<string, Set<number>>();
  let duplicates = 0;
  for (const { contentHash, label } of examples) {
    if (contentHash === undefined) continue;
    const labels = labelsOf.get(contentHash);
    if (labels === undefined) labelsOf.set(contentHash, new Set([label]));
    else {
      duplicates++;
      labels.add(label);
    }
  }
  return { duplicates, conflicts: [...labelsOf.values()].filter(({ size }) => size > 1).length };
}
