/** A square RGB picture under way, values about 0..255, not yet clamped. */
export interface Canvas {
  readonly size: number;
  /** `size` x `size` x 3, row after row. */
  readonly data: Float32Array;
}

export type Colour = readonly [number, number, number];

/** Position in a picture, both from 0 to 1, so that a drawing does not depend on the size. */
export interface Point {
  readonly u: number;
  readonly v: number;
}

export function createCanvas(size: number): Canvas {
  return { size, data: new Float32Array(size * size * 3) };
}

/** Sets every pixel to what `colour` says of its position. */
export function paint(canvas: Canvas, colour: (u: number, v: number) => Colour): void {
  forEachPixel(canvas, (u, v, at) => canvas.data.set(colour(u, v), at));
}

/** Multiplies every pixel by what `factor` says of its position. */
export function shade(canvas: Canvas, factor: (u: number, v: number) => number): void {
  forEachPixel(canvas, (u, v, at) => {
    const amount = factor(u, v);
    for (let c = 0; c < 3; c++) canvas.data[at + c] = (canvas.data[at + c] ?? 0) * amount;
  });
}

/** Multiplies each channel by its tint where `amount` is 1, and leaves it where that is 0. */
export function tint(canvas: Canvas, colour: Colour, amount: (u: number, v: number) => number): void {
  forEachPixel(canvas, (u, v, at) => {
    const share = amount(u, v);
    if (share === 0) return;
    for (let c = 0; c < 3; c++) {
      const factor = 1 + share * ((colour[c] as number) - 1);
      canvas.data[at + c] = (canvas.data[at + c] ?? 0) * factor;
    }
  });
}

/** 0 below `from`, 1 above `to`, smooth between; `from` may be the larger. */
export function smoothstep(from: number, to: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}

export function mix(a: Colour, b: Colour, share: number): Colour {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}

function forEachPixel({ size }: Canvas, visit: (u: number, v: number, at: number) => void): void {
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) visit((x + 0.5) / size, (y + 0.5) / size, (y * size + x) * 3);
  }
}
