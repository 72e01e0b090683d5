import { createRandom } from '@espalier/base/random';
import type { Item } from './item.js';
import type { AnswerSet } from './sets.js';

export interface Drawn {
  readonly labelled: readonly Item[];
  readonly fresh: readonly Item[];
}

/** Draws labelled and fresh examples; every class has at least this many labels. */
const LEAST_OF_A_CLASS = 8;

/**
 * Divides a source at random by its seed. Classes keep about their shares; in a grouped set no group is
 * on both sides.
 */
export function drawSet(items: readonly Item[], set: AnswerSet, seed: number): Drawn {
  const shuffled = createRandom(seed, 'answer').shuffle(items);
  const [first, second] = set.grouped === true ? halvesByGroup(shuffled, seed) : [shuffled, shuffled];
  const labelled = stratified(first, set.labelled);
  const taken = new Set(labelled);
  return { labelled, fresh: second.filter((item) => !taken.has(item)).slice(0, set.fresh) };
}

function halvesByGroup(items: readonly Item[], seed: number): [Item[], Item[]] {
  const groups = [...new Set(items.map(({ group }) => group as string))].sort();
  const shuffled = createRandom(seed, 'answer groups').shuffle(groups);
  const first = new Set(shuffled.slice(0, Math.ceil((2 * groups.length) / 3)));
  const isFirst = ({ group }: Item): boolean => first.has(group as string);
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

function stratified(items: readonly Item[], count: number): Item[] {
  const labels = [...new Set(items.map(({ label }) => label))];
  const chosen = labels.flatMap((label) => {
    const members = items.filter((item) => item.label === label);
    const share = Math.round((count * members.length) / items.length);
    return members.slice(0, Math.max(LEAST_OF_A_CLASS, share));
  });
  const rank = new Map(items.map((item, i) => [item, i]));
  return chosen.sort((a, b) => (rank.get(a) as number) - (rank.get(b) as number));
}
