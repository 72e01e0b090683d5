import { createRandom, type Random } from '@espalier/base/random';

/** Side of a tile, a power of two; it repeats seamlessly. */
const SIDE = 256;

/** A square of noise that repeats, values about -1..1. */
export type Tile = Float32Array;

/** A bank of noise tiles: sampling one is much cheaper than computing noise for each picture. */
export function createTiles(seed: number, count: number): Tile[] {
  return Array.from({ length: count }, (_, index) => {
    const random = createRandom(seed, 'tile', index);
    return drawTile(random, 4 * 2 ** random.integer(3), 1 + random.integer(5), 0.35 + 0.4 * random.uniform());
  });
}

/** Octaves of gradient noise (Perlin, "Improving Noise", 2002), some of them ridged. */
function drawTile(random: Random, cells: number, octaves: number, gain: number): Tile {
  const tile = new Float32Array(SIDE * SIDE);
  const ridged = random.uniform() < 0.3;
  for (
    let octave = 0, weight = 1;
    octave < octaves && cells << octave <= SIDE / 2;
    octave++, weight *= gain
  ) {
    const across = cells << octave;
    const noise = gradientNoise(random, across);
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        const value = noise((x * across) / SIDE, (y * across) / SIDE);
        const at = y * SIDE + x;
        tile[at] = (tile[at] as number) + weight * (ridged ? 1 - 4 * Math.abs(value) : value);
      }
    }
  }
  return standardised(tile);
}

function gradientNoise(random: Random, across: number): (x: number, y: number) => number {
  const angles = Float32Array.from({ length: across * across }, () => 2 * Math.PI * random.uniform());
  const [gx, gy] = [angles.map(Math.cos), angles.map(Math.sin)];
  const corner = (x: number, y: number, dx: number, dy: number): number => {
    const at = (y % across) * across + (x % across);
    return (gx[at] as number) * dx + (gy[at] as number) * dy;
  };
  const fade = (t: number): number => t * t * t * (t * (6 * t - 15) + 10);
  return (x, y) => {
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const [dx, dy] = [x - left, y - top];
    const [fx, fy] = [fade(dx), fade(dy)];
    const above = corner(left, top, dx, dy) * (1 - fx) + corner(left + 1, top, dx - 1, dy) * fx;
    const below =
      corner(left, top + 1, dx, dy - 1) * (1 - fx) + corner(left + 1, top + 1, dx - 1, dy - 1) * fx;
    return above * (1 - fy) + below * fy;
  };
}

/** Mean 0 and deviation 0.5. */
function standardised(tile: Tile): Tile {
  const mean = tile.reduce((sum, value) => sum + value, 0) / tile.length;
  const variance = tile.reduce((sum, value) => sum + (value - mean) ** 2, 0) / tile.length;
  return tile.map((value) => (value - mean) / (2 * Math.sqrt(variance)));
}

/** Bilinear value of a tile at a place in its own pixels, which may lie outside: it repeats. */
export function sampleTile(tile: Tile, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [x - left, y - top];
  const [x0, x1] = [left & (SIDE - 1), (left + 1) & (SIDE - 1)];
  const [row0, row1] = [(top & (SIDE - 1)) * SIDE, ((top + 1) & (SIDE - 1)) * SIDE];
  const above = (tile[row0 + x0] as number) * (1 - fx) + (tile[row0 + x1] as number) * fx;
  const below = (tile[row1 + x0] as number) * (1 - fx) + (tile[row1 + x1] as number) * fx;
  return above * (1 - fy) + below * fy;
}
