/** Coverage of each pixel of a square picture, 0..1. */
export interface Mask {
  readonly size: number;
  readonly data: Float32Array;
}

export interface Pose {
  /** Centre, in pixels. */
  readonly x: number;
  readonly y: number;
  /** A 2 x 2 matrix from a shape's units to pixels, row after row. */
  readonly matrix: readonly [number, number, number, number];
}

/** Draws points as soft discs of a radius in pixels; where they meet, the stronger one shows. */
export function drawPoints(mask: Mask, points: Float32Array, pose: Pose, radius: number): void {
  const { size, data } = mask;
  const [a, b, c, d] = pose.matrix;
  const reach = radius + 0.5;
  for (let i = 0; i < points.length; i += 2) {
    const [px, py] = [points[i] as number, points[i + 1] as number];
    const x = pose.x + a * px + b * py;
    const y = pose.y + c * px + d * py;
    const [top, bottom] = [Math.max(0, Math.ceil(y - reach)), Math.min(size - 1, Math.floor(y + reach))];
    const [left, right] = [Math.max(0, Math.ceil(x - reach)), Math.min(size - 1, Math.floor(x + reach))];
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const distance = Math.sqrt((row - y) * (row - y) + (column - x) * (column - x));
        const cover = Math.min(1, reach - distance);
        const at = row * size + column;
        if (cover > (data[at] as number)) data[at] = cover;
      }
    }
  }
}
