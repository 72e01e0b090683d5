import type { Random } from '@espalier/base/random';
import type { Examples } from '@espalier/engine';

/** A batch that a step is about to learn from. */
export interface Mixable {
  /** Activations side by side. */
  readonly examples: Examples;
  /** One row an example, and rows of zeros for padding. */
  readonly targets: Float32Array;
  /** Examples in the batch. */
  readonly rows: number;
  /** Rows of the targets. */
  readonly batch: number;
}

/**
 * Mixes a batch in place, pair by pair: of examples a and b become la + (1 - l)b and lb + (1 - l)a, and of their
 * targets the same, with one l ~ Beta(alpha, alpha) a batch (Zhang et al., 2018; of hidden activations Verma et al.,
 * 2019). An odd example out stays as it is.
 */
export function mixPairs({ examples, targets, rows, batch }: Mixable, alpha: number, random: Random): void {
  const share = drawBeta(alpha, random);
  const order = random.shuffle(Array.from({ length: rows }, (_, row) => row));
  for (let i = 0; i + 1 < rows; i += 2) {
    const [a, b] = [order[i] as number, order[i + 1] as number];
    for (const data of Object.values(examples)) {
      if (data instanceof Float32Array) mixRows(data, data.length / rows, a, b, share);
    }
    mixRows(targets, targets.length / batch, a, b, share);
  }
}

function mixRows(data: Float32Array, width: number, a: number, b: number, share: number): void {
  const [first, second] = [a * width, b * width];
  for (let i = 0; i < width; i++) {
    const [x, y] = [data[first + i] as number, data[second + i] as number];
    data[first + i] = share * x + (1 - share) * y;
    data[second + i] = share * y + (1 - share) * x;
  }
}

/** Draws from Beta(alpha, alpha), as a ratio of gamma variables. @param alpha above 0 */
export function drawBeta(alpha: number, random: Random): number {
  const [one, other] = [drawGamma(alpha, random), drawGamma(alpha, random)];
  // Both are 0 where alpha is tiny: the distribution is then of 0 and 1 alone.
  return one + other > 0 ? one / (one + other) : Math.round(random.uniform());
}

/** Draws from Gamma(shape, 1) (Marsaglia & Tsang, 2000). */
function drawGamma(shape: number, random: Random): number {
  if (shape < 1) return drawGamma(shape + 1, random) * random.uniform() ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const x = random.normal();
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < 0.5 * x * x + d * (1 - v + Math.log(v))) return d * v;
  }
}
