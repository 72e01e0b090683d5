import type { Random } from '@espalier/base/random';
import { between, jittered } from '../draw.js';
import type { Mask, Pose } from './mask.js';
import { sampleTile, type Tile } from './tiles.js';

/** A filled area whose outline is a level set of distance plus noise. */
export interface Patch {
  readonly tile: number;
  /** Noise pixels over the patch's radius, and how far they push the outline. */
  readonly grain: number;
  readonly roughness: number;
  /** Width of the soft border, over the radius. */
  readonly softness: number;
  /** Cover in the middle: below 1 the border stands out as a ring. */
  readonly core: number;
  readonly aspect: number;
}

export const drawPatch = (random: Random, tiles: number): Patch => ({
  tile: random.integer(tiles),
  grain: between(random, 10, 60),
  roughness: between(random, 0, 0.9),
  softness: between(random, 0.05, 0.6),
  core: random.uniform() < 0.5 ? 1 : between(random, 0, 0.8),
  aspect: between(random, 0.4, 1),
});

export function fillPatch(
  mask: Mask,
  patch: Patch,
  pose: Pose,
  tiles: readonly Tile[],
  random: Random,
): void {
  const { size, data } = mask;
  const [a, b, c, d] = pose.matrix;
  const area = a * d - b * c;
  const tile = tiles[patch.tile] as Tile;
  const [x0, y0] = [256 * random.uniform(), 256 * random.uniform()];
  const [roughness, softness] = [jittered(random, patch.roughness), jittered(random, patch.softness)];
  const aspect = jittered(random, patch.aspect);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const [dx, dy] = [column - pose.x, row - pose.y];
      const u = (d * dx - b * dy) / area;
      const v = (a * dy - c * dx) / area / aspect;
      const distance = Math.sqrt(u * u + v * v);
      if (distance > 3) continue;
      const level = distance + roughness * sampleTile(tile, x0 + patch.grain * u, y0 + patch.grain * v);
      const cover = Math.min(1, Math.max(0, (1 - level) / softness + 0.5));
      const inside = Math.min(1, Math.max(0, (0.75 - level) / softness + 0.5));
      data[row * size + column] = cover * (1 - (1 - patch.core) * inside);
    }
  }
}
