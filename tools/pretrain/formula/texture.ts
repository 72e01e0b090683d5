import type { Random } from '@espalier/base/random';
import { between, betweenLog, jittered } from '../draw.js';
import { sampleTile, type Tile } from './tiles.js';

/** A stationary texture: stretched and warped noise plus a grating. */
export interface Texture {
  readonly tile: number;
  readonly warpTile: number;
  /** Noise pixels a picture's side spans, along and across the grain. */
  readonly scale: number;
  readonly stretch: number;
  readonly warp: number;
  readonly noise: number;
  /** Waves of the gratings over a picture's side, and how strong they are. */
  readonly waves: readonly [number, number];
  readonly gratings: readonly [number, number];
  /** Above 1 the texture is pushed towards two tones. */
  readonly hardness: number;
}

export function drawTexture(random: Random, tiles: number): Texture {
  const grated = random.uniform() < 0.5;
  const crossed = grated && random.uniform() < 0.5;
  const grating = (on: boolean): number => (on ? between(random, 0.3, 1) : 0);
  return {
    tile: random.integer(tiles),
    warpTile: random.integer(tiles),
    scale: betweenLog(random, 40, 400),
    stretch: random.uniform() < 0.5 ? 1 : betweenLog(random, 1, 16),
    warp: random.uniform() < 0.5 ? 0 : betweenLog(random, 0.01, 0.12),
    noise: grated && random.uniform() < 0.3 ? 0.2 : 1,
    waves: [betweenLog(random, 2, 30), betweenLog(random, 2, 30)],
    gratings: [grating(grated), grating(crossed)],
    hardness: random.uniform() < 0.7 ? 1 : between(random, 1, 4),
  };
}

/** One patch of the texture, `size` x `size`, about -1..1, at a random place and turn. */
export function paintTexture(
  texture: Texture,
  tiles: readonly Tile[],
  size: number,
  random: Random,
): Float32Array {
  const [tile, warpTile] = [tiles[texture.tile], tiles[texture.warpTile]] as [Tile, Tile];
  const angle = between(random, 0, 2 * Math.PI);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const scale = jittered(random, texture.scale);
  const [x0, y0, phase] = [256 * random.uniform(), 256 * random.uniform(), 2 * Math.PI * random.uniform()];
  const { stretch, warp, noise, gratings, hardness } = texture;
  const waves = texture.waves.map((count) => 2 * Math.PI * jittered(random, count)) as [number, number];
  const field = new Float32Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const [x, y] = [column / size, row / size];
      let along = x * cos + y * sin;
      let across = y * cos - x * sin;
      if (warp > 0) {
        along += warp * sampleTile(warpTile, x0 + 90 * x, y0 + 90 * y);
        across += warp * sampleTile(warpTile, y0 + 90 * y, x0 + 90 * x);
      }
      let value = noise * sampleTile(tile, x0 + (scale / stretch) * along, y0 + scale * across);
      if (gratings[0] > 0) value += gratings[0] * 0.6 * Math.sin(waves[0] * across + phase);
      if (gratings[1] > 0) value += gratings[1] * 0.6 * Math.sin(waves[1] * along + phase);
      field[row * size + column] = Math.max(-1.2, Math.min(1.2, hardness * value));
    }
  }
  return field;
}
