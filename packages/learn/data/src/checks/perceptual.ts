/** What stays of a picture when it is scaled or encoded again. */
export interface Fingerprint {
  /** 64 bits of the low cosine frequencies, as 16 hexadecimal digits. */
  readonly perceptualHash: string;
  /** Mean grey of an 8 x 8 grid, 64 bytes in hexadecimal. */
  readonly thumbnail: string;
}

/** Side of the square grey picture that a fingerprint is made of, in pixels. */
export const greySide = 32;
const low = 8;

/** The first rows of the orthogonal DCT-II, without its scale (which a median ignores). */
const cosines = Array.from({ length: low }, (_, frequency) =>
  Array.from({ length: greySide }, (_, x) => Math.cos(((2 * x + 1) * frequency * Math.PI) / (2 * greySide))),
);

/** Whether the small picture of a fingerprint is of one grey; the picture itself may have more. */
export const isFlat = ({ thumbnail }: Fingerprint): boolean => /^(..)\1*$/.test(thumbnail);

/**
 * Makes the fingerprint of a picture of `greySide` rows of as many values in 0..255, with the DCT hash of
 * Zauner (Implementation and benchmarking of perceptual image hash functions, 2010): each of the 64 lowest
 * frequencies against their median.
 */
export function fingerprintOfGrey(grey: Uint8Array): Fingerprint {
  return { perceptualHash: hashOf(grey), thumbnail: thumbnailOf(grey) };
}

function hashOf(grey: Uint8Array): string {
  const rows = Array.from({ length: greySide }, (_, y) => grey.subarray(y * greySide, (y + 1) * greySide));
  const horizontal = rows.map((row) => cosines.map((wave) => dot(wave, row)));
  const coefficients = cosines.flatMap((wave) =>
    cosines.map((_, u) =>
      dot(
        wave,
        horizontal.map((row) => row[u] ?? 0),
      ),
    ),
  );
  // The first coefficient is the mean, far above the others: it would only move the median.
  const sorted = coefficients.slice(1).sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  let bits = 0n;
  for (const coefficient of coefficients) bits = (bits << 1n) | (coefficient > median ? 1n : 0n);
  return bits.toString(16).padStart(16, '0');
}

function thumbnailOf(grey: Uint8Array): string {
  const cell = greySide / low;
  const means = new Uint8Array(low * low);
  for (let i = 0; i < means.length; i++) {
    let total = 0;
    for (let k = 0; k < cell * cell; k++) {
      const y = Math.floor(i / low) * cell + Math.floor(k / cell);
      total += grey[y * greySide + (i % low) * cell + (k % cell)] ?? 0;
    }
    means[i] = Math.round(total / (cell * cell));
  }
  return Buffer.from(means).toString('hex');
}

function dot(a: readonly number[], b: ArrayLike<number>): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}
