import { gramLength, visitGrams, type GramKind } from './grams.js';

/** An n-gram and how many texts it is in. */
export interface Gram {
  readonly key: string;
  readonly documents: number;
}

interface Counted {
  documents: number;
  /** The last text it was seen in. */
  last: number;
}

/** N-grams that are counted at once: some 200 MB. */
const MOST_COUNTED = 1_000_000;

/**
 * The n-grams that most texts have, at most `most`: the shorter first, then by their ids, whatever the
 * order of the texts. Those of one text are among them while there is room.
 */
export function chooseGrams(texts: readonly string[], kind: GramKind, most: number): Gram[] {
  const counted = Array.from(countGrams(texts, kind), ([key, { documents }]) => ({ key, documents }));
  if (counted.length <= most) return counted.sort(byKey);
  return counted
    .sort((a, b) => b.documents - a.documents || byKey(a, b))
    .slice(0, most)
    .sort(byKey);
}

const byKey = (a: Gram, b: Gram): number =>
  gramLength(a.key) - gramLength(b.key) || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

/**
 * Counts texts by n-gram. Of a very large corpus the rarest n-grams are forgotten along the way (lossy
 * counting, Manku & Motwani 2002), after which the order of the texts may decide on a rare one.
 */
function countGrams(texts: readonly string[], kind: GramKind): ReadonlyMap<string, Counted> {
  const counts = new Map<string, Counted>();
  let rare = 0;
  texts.forEach((text, document) => {
    visitGrams(text, kind, (key) => {
      const known = counts.get(key);
      if (known === undefined) counts.set(key, { documents: 1, last: document });
      else if (known.last !== document) {
        known.documents++;
        known.last = document;
      }
    });
    while (counts.size > MOST_COUNTED) forget(counts, ++rare);
  });
  return counts;
}

function forget(counts: Map<string, Counted>, rare: number): void {
  for (const [key, { documents }] of counts) if (documents <= rare) counts.delete(key);
}
