import type { Random } from '@espalier/base/random';
import {
  drawContours,
  drawStrokes,
  traceContours,
  traceStrokes,
  type Contours,
  type Strokes,
} from './curves.js';
import { between, betweenLog, jittered } from '../draw.js';
import { drawIfs, normalisePoints, orbit, varyIfs, type Ifs } from './ifs.js';
import { drawPoints, type Mask, type Pose } from './mask.js';
import { drawPatch, fillPatch, type Patch } from './patch.js';
import { drawTexture, type Texture } from './texture.js';
import type { Tile } from './tiles.js';

/** Parameters shared by the pictures of one class. */
export type Category =
  | { readonly family: 'fractal'; readonly ifs: Ifs }
  | { readonly family: 'spots'; readonly ifs: Ifs; readonly count: number; readonly radius: number }
  | { readonly family: 'contours'; readonly contours: Contours }
  | { readonly family: 'strokes'; readonly strokes: Strokes }
  | { readonly family: 'patch'; readonly patch: Patch }
  /** Nothing lies on it; in the other families the texture is a random one. */
  | { readonly family: 'texture'; readonly texture: Texture };

type Family = Category['family'];

/** Share of each family in the classes. */
const shares: Readonly<Record<Family, number>> = {
  fractal: 0.3,
  spots: 0.15,
  contours: 0.15,
  strokes: 0.15,
  patch: 0.1,
  texture: 0.15,
};

/** The family of each of `count` classes. */
export function familiesOf(count: number): Family[] {
  let reached = 0;
  const ends = Object.entries(shares).map(([family, share]) => ({ family, end: (reached += share) }));
  return Array.from({ length: count }, (_, label) => {
    const found = ends.find(({ end }) => (label + 0.5) / count < end) ?? ends.at(-1);
    return found?.family as Family;
  });
}

export function drawCategory(family: Family, random: Random, tiles: number): Category {
  switch (family) {
    case 'fractal':
      return { family, ifs: drawIfs(random) };
    case 'spots': {
      const [count, radius] = [betweenLog(random, 1.5, 40), betweenLog(random, 0.7, 3.5)];
      return { family, ifs: drawIfs(random), count, radius };
    }
    case 'contours':
      return { family, contours: drawContours(random) };
    case 'strokes':
      return { family, strokes: drawStrokes(random) };
    case 'patch':
      return { family, patch: drawPatch(random, tiles) };
    case 'texture':
      return { family, texture: drawTexture(random, tiles) };
  }
}

/** Draws one instance of a class that has a shape. */
export function drawShape(
  mask: Mask,
  category: Category,
  pose: Pose,
  tiles: readonly Tile[],
  random: Random,
): void {
  const thin = betweenLog(random, 0.4, 1.1) * (mask.size / 96);
  switch (category.family) {
    case 'fractal': {
      const points = orbit(varyIfs(category.ifs, random), 1200 + random.integer(1200), random);
      return drawPoints(mask, normalisePoints(points), pose, thin);
    }
    case 'spots': {
      const count = Math.max(1, Math.round(category.count * between(random, 0.8, 1.2)));
      const points = orbit(varyIfs(category.ifs, random), Math.max(count, 60), random);
      const radius = jittered(random, category.radius) * (mask.size / 96);
      return drawPoints(mask, normalisePoints(points).subarray(0, 2 * count), pose, radius);
    }
    case 'contours':
      return drawPoints(mask, traceContours(category.contours, 1200, random), pose, thin);
    case 'strokes':
      return drawPoints(mask, traceStrokes(category.strokes, 500, random), pose, thin);
    case 'patch':
      return fillPatch(mask, category.patch, pose, tiles, random);
    case 'texture':
      return;
  }
}
