import { splitNames, type ScannedExample, type SplitName } from '../dataset.js';
import type { Split } from '../splits/split.js';
import type { LeakedPair, LeakMember } from './pair.js';

/** What the search needs of a scanned example. */
export interface Fingerprinted {
  readonly id: string;
  readonly perceptualHash: string;
  readonly thumbnail: string;
}

export interface LeakageOptions {
  /** Most bits of 64 in which two hashes may differ, 0..15. */
  readonly maxDistance?: number;
  /** Mean difference of two thumbnails, of 255, that scaling and encoding again stay under. */
  readonly maxThumbnailDifference?: number;
  /** The search ends after this many pairs. */
  readonly maxPairs?: number;
}

interface Candidate extends LeakMember {
  readonly hash: bigint;
  readonly thumbnail: Uint8Array;
  readonly brightness: number;
}

/** Finds scanned examples of different splits whose fingerprints are nearly the same, nearest first. */
export const findAlike = (
  examples: readonly ScannedExample[],
  split: Split,
  limits?: LeakageOptions,
): LeakedPair[] =>
  findLeakedPictures(
    examples.map(({ id, fingerprint }) => ({
      id,
      perceptualHash: fingerprint?.perceptualHash ?? '',
      thumbnail: fingerprint?.thumbnail ?? '',
    })),
    split,
    limits,
  );

/**
 * Near duplicates across splits, nearest first. Hashes within d bits agree in one of d + 1 bands
 * (pigeonhole), so only pictures that share a band are compared. Plain pictures have hashes of
 * little meaning: their thumbnails have to agree too.
 */
export function findLeakedPictures(
  examples: readonly Fingerprinted[],
  split: Split,
  { maxDistance = 4, maxThumbnailDifference = 8, maxPairs = 1000 }: LeakageOptions = {},
): LeakedPair[] {
  if (!Number.isInteger(maxDistance) || maxDistance < 0 || maxDistance > 15) {
    throw new RangeError(`findLeakedPictures() needs a maxDistance of 0 to 15, got ${maxDistance}`);
  }
  const candidates = splitNames.flatMap((name) =>
    split[name].map((index) => candidateOf(examples[index], index, name)),
  );
  const bands = bandsOf(maxDistance + 1);
  const pairs: LeakedPair[] = [];
  for (const [number, band] of bands.entries()) {
    const earlier = bands.slice(0, number);
    for (const [a, b] of pairsInBand(candidates, band, maxThumbnailDifference)) {
      if (earlier.some((other) => sameBand(a, b, other))) continue; // Found there already.
      const distance = bitCount(a.hash ^ b.hash);
      if (distance > maxDistance || !looksAlike(a, b, maxThumbnailDifference)) continue;
      pairs.push({ a: memberOf(a), b: memberOf(b), distance });
      if (pairs.length >= maxPairs) return nearestFirst(pairs);
    }
  }
  return nearestFirst(pairs);
}

function candidateOf(example: Fingerprinted | undefined, index: number, split: SplitName): Candidate {
  if (example === undefined) throw new RangeError(`The split has no example ${index}`);
  const thumbnail = Buffer.from(example.thumbnail, 'hex');
  const brightness = thumbnail.reduce((sum, value) => sum + value, 0) / thumbnail.length;
  const hash = BigInt(`0x${example.perceptualHash}`);
  return { index, id: example.id, split, hash, thumbnail, brightness };
}

interface Band {
  readonly shift: bigint;
  readonly mask: bigint;
}

function bandsOf(count: number): Band[] {
  return Array.from({ length: count }, (_, number) => {
    const start = Math.floor((64 * number) / count);
    const end = Math.floor((64 * (number + 1)) / count);
    return { shift: BigInt(start), mask: (1n << BigInt(end - start)) - 1n };
  });
}

/** Pairs of different splits that agree in a band and are about equally bright. */
function* pairsInBand(
  candidates: readonly Candidate[],
  band: Band,
  maxThumbnailDifference: number,
): Generator<readonly [Candidate, Candidate]> {
  const buckets = new Map<bigint, Candidate[]>();
  for (const candidate of candidates) {
    const key = (candidate.hash >> band.shift) & band.mask;
    const bucket = buckets.get(key);
    if (bucket === undefined) buckets.set(key, [candidate]);
    else bucket.push(candidate);
  }
  for (const bucket of buckets.values()) {
    const byBrightness = bucket.sort((a, b) => a.brightness - b.brightness);
    for (const [place, a] of byBrightness.entries()) {
      for (let next = place + 1; next < byBrightness.length; next++) {
        const b = byBrightness[next] as Candidate;
        // A difference of the means is a lower bound for the mean difference.
        if (b.brightness - a.brightness > maxThumbnailDifference) break;
        if (a.split !== b.split)
          yield splitNames.indexOf(a.split) < splitNames.indexOf(b.split) ? [a, b] : [b, a];
      }
    }
  }
}

function sameBand(a: Candidate, b: Candidate, { shift, mask }: Band): boolean {
  return (((a.hash ^ b.hash) >> shift) & mask) === 0n;
}

function looksAlike(a: Candidate, b: Candidate, maxThumbnailDifference: number): boolean {
  let total = 0;
  for (const [i, value] of a.thumbnail.entries()) total += Math.abs(value - (b.thumbnail[i] ?? 0));
  return total / a.thumbnail.length <= maxThumbnailDifference;
}

function bitCount(bits: bigint): number {
  let count = 0;
  for (let left = bits; left > 0n; left &= left - 1n) count++;
  return count;
}

function memberOf({ index, id, split }: Candidate): LeakMember {
  return { index, id, split };
}

function nearestFirst(pairs: readonly LeakedPair[]): LeakedPair[] {
  const key = (pair: LeakedPair): string => `${pair.a.id}\n${pair.b.id}`;
  return [...pairs].sort((x, y) => x.distance - y.distance || (key(x) < key(y) ? -1 : 1));
}
