import { splitNames, type SplitName } from '../../dataset.js';
import type { Split } from '../../splits/split.js';
import { bandKeys, shinglesOf, similarity } from './duplicates.js';
import type { LeakedPair } from '../../leakage/pair.js';

/** Pairs of words that near duplicates share, of all they have. */
const LEAST_SIMILARITY = 0.8;
/** A bucket of more texts is a phrase everyone writes; comparing all its pairs would take too long. */
const MOST_IN_BUCKET = 200;

interface Candidate {
  readonly index: number;
  readonly id: string;
  readonly split: SplitName;
  readonly shingles: ReadonlySet<string>;
}

/**
 * Texts of different splits that say nearly the same, nearest first. The distance of a pair is the
 * percentage of their word pairs that they do not share.
 */
export function findLeakedTexts(
  examples: readonly { readonly id: string; readonly text: string }[],
  split: Split,
  maxPairs = 1000,
): LeakedPair[] {
  const pairs = new Map<string, LeakedPair>();
  for (const bucket of bucketsOf(examples, split).values()) {
    const few = bucket.slice(0, MOST_IN_BUCKET);
    for (const [place, a] of few.entries()) {
      for (const b of few.slice(place + 1)) {
        const key = `${a.index} ${b.index}`;
        if (a.split === b.split || pairs.has(key) || pairs.size >= maxPairs) continue;
        const alike = similarity(a.shingles, b.shingles);
        if (alike >= LEAST_SIMILARITY) pairs.set(key, pairOf(a, b, Math.round(100 * (1 - alike))));
      }
    }
  }
  const nameOf = ({ a, b }: LeakedPair): string => `${a.id}\n${b.id}`;
  return [...pairs.values()].sort((x, y) => x.distance - y.distance || (nameOf(x) < nameOf(y) ? -1 : 1));
}

/** Texts by the keys they share, in the order of the splits. */
function bucketsOf(
  examples: readonly { readonly id: string; readonly text: string }[],
  split: Split,
): Map<string, Candidate[]> {
  const buckets = new Map<string, Candidate[]>();
  for (const name of splitNames) {
    for (const index of split[name]) {
      const { id, text } = examples[index] as (typeof examples)[number];
      const shingles = shinglesOf(text);
      if (shingles.size === 0) continue;
      for (const key of bandKeys(shingles)) {
        const bucket = buckets.get(key);
        if (bucket === undefined) buckets.set(key, [{ index, id, split: name, shingles }]);
        else bucket.push({ index, id, split: name, shingles });
      }
    }
  }
  return buckets;
}

const memberOf = ({ index, id, split }: Candidate): LeakedPair['a'] => ({ index, id, split });
const pairOf = (a: Candidate, b: Candidate, distance: number): LeakedPair => ({
  a: memberOf(a),
  b: memberOf(b),
  distance,
});
