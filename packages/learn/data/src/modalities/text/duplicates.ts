import { createHash } from 'node:crypto';

/** Words in their order, without case, punctuation and numbers' formatting. */
const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** Neighbouring words as pairs, which stand for the text when texts are compared; a lone word for itself. */
export function shinglesOf(text: string): Set<string> {
  const words = wordsOf(text);
  if (words.length < 2) return new Set(words);
  return new Set(words.slice(1).map((word, i) => `${words[i]} ${word}`));
}

const BANDS = 8;
const ROWS = 4;

/**
 * Keys of which two texts share at least one with probability 1 - (1 - s^4)^8, where s is the
 * similarity of their shingles (MinHash with banding: Broder, 1997; Leskovec et al., Mining of
 * Massive Datasets, section 3.4): 98 % at s = 0.8.
 */
export function bandKeys(shingles: ReadonlySet<string>): string[] {
  const least = new Array<number>(BANDS * ROWS).fill(2 ** 32);
  for (const shingle of shingles) {
    const digest = createHash('sha256').update(shingle).digest();
    // Two independent hashes give all others (Kirsch and Mitzenmacher, 2006).
    const [a, b] = [digest.readUInt32LE(0), digest.readUInt32LE(4) | 1];
    for (let i = 0; i < least.length; i++) {
      least[i] = Math.min(least[i] as number, (a + Math.imul(i, b)) >>> 0);
    }
  }
  return Array.from(
    { length: BANDS },
    (_, band) => `${band}:${least.slice(band * ROWS, (band + 1) * ROWS).join()}`,
  );
}

/** Shared over all shingles (Jaccard), in 0..1. */
export function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const shingle of a) if (b.has(shingle)) shared++;
  return shared / (a.size + b.size - shared || 1);
}
