import { createRandom } from '@espalier/base/random';

/** Vectors that a part of a vector is written as. */
export const CENTRES = 256;
const ROUNDS = 15;

/** Vectors in a byte for each of their parts. */
export interface Quantised {
  /** [rows, parts]: which centre of its own each part is. */
  readonly codes: Uint8Array;
  /** [parts, {@link CENTRES}, width / parts] */
  readonly centres: Float32Array;
}

/**
 * Product quantisation (Jégou et al., 2011): each part of a vector becomes the nearest of 256 centres
 * that k-means finds for it. A part holds every `parts`-th element, so that all parts are worth the same
 * where the first elements hold most.
 *
 * @param vectors [rows, width]
 */
export function quantise(vectors: Float32Array, width: number, parts: number, seed: number): Quantised {
  const rows = vectors.length / width;
  const size = width / parts;
  const codes = new Uint8Array(rows * parts);
  const centres = new Float32Array(parts * CENTRES * size);
  for (let part = 0; part < parts; part++) {
    const own = new Float32Array(rows * size);
    for (let row = 0; row < rows; row++)
      for (let i = 0; i < size; i++) own[row * size + i] = vectors[row * width + i * parts + part] as number;
    const order = createRandom(seed, 'centres', part).shuffle(Array.from({ length: rows }, (_, i) => i));
    const start = order.slice(0, CENTRES).flatMap((row) => [...own.subarray(row * size, (row + 1) * size)]);
    const found = Float32Array.from(start);
    let nearest = nearestCentres(own, found, size);
    for (let round = 0; round < ROUNDS; round++) {
      moveCentres(own, found, nearest, size);
      nearest = nearestCentres(own, found, size);
    }
    centres.set(found, part * CENTRES * size);
    for (let row = 0; row < rows; row++) codes[row * parts + part] = nearest[row] as number;
  }
  return { codes, centres };
}

function nearestCentres(points: Float32Array, centres: Float32Array, size: number): Uint8Array {
  const nearest = new Uint8Array(points.length / size);
  for (let row = 0; row < nearest.length; row++) {
    let least = Infinity;
    for (let centre = 0; centre * size < centres.length; centre++) {
      let distance = 0;
      for (let i = 0; i < size; i++) {
        const apart = (points[row * size + i] as number) - (centres[centre * size + i] as number);
        distance += apart * apart;
      }
      if (distance >= least) continue;
      least = distance;
      nearest[row] = centre;
    }
  }
  return nearest;
}

/** Moves each centre to the mean of its points; one without any stays. */
function moveCentres(points: Float32Array, centres: Float32Array, nearest: Uint8Array, size: number): void {
  const sums = new Float64Array(centres.length);
  const counts = new Float64Array(centres.length / size);
  nearest.forEach((centre, row) => {
    counts[centre] = (counts[centre] as number) + 1;
    for (let i = 0; i < size; i++) {
      const to = centre * size + i;
      sums[to] = (sums[to] as number) + (points[row * size + i] as number);
    }
  });
  counts.forEach((count, centre) => {
    for (let i = centre * size; count > 0 && i < (centre + 1) * size; i++) {
      centres[i] = (sums[i] as number) / count;
    }
  });
}
