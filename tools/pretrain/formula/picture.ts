import { createRandom, type Random } from '@espalier/base/random';
import { drawCategory, drawShape, familiesOf, type Category } from './category.js';
import { between, betweenLog } from '../draw.js';
import type { Mask, Pose } from './mask.js';
import { drawTexture, paintTexture, type Texture } from './texture.js';
import { createTiles } from './tiles.js';

const TILES = 48;
const GRAIN = 1 << 16;

/** An endless labelled set of pictures, given by its seed and the number of classes. */
export interface FormulaSet {
  readonly classes: readonly Category[];
  /**
   * Draws one picture of a class as [3, size, size], values -2..2; the same for the same keys.
   *
   * @param hardest 0..1: how faint, turned, small and buried the shapes may be; each picture draws
   *   its own difficulty below it
   */
  draw(label: number, hardest: number, target: Float32Array, ...keys: readonly (string | number)[]): void;
}

export function createFormulaSet(seed: number, classCount: number, size: number): FormulaSet {
  const tiles = createTiles(seed, TILES);
  const noise = createRandom(seed, 'grain');
  const grain = Float32Array.from({ length: GRAIN }, () => noise.normal());
  const classes = familiesOf(classCount).map((family, label) =>
    drawCategory(family, createRandom(seed, 'class', label), TILES),
  );
  const mask: Mask = { size, data: new Float32Array(size * size) };
  return {
    classes,
    draw: (label, hardest, target, ...keys) => {
      const random = createRandom(seed, 'picture', label, ...keys);
      const category = classes[label] as Category;
      const difficulty = hardest * random.uniform();
      const field = paintTexture(textureOf(category, random), tiles, size, random);
      // A texture is hard to tell where it is faint, a shape where its ground is strong.
      const strong = category.family === 'texture';
      colourGround(target, field, groundContrast(random, difficulty, strong), random);
      if (!strong) {
        mask.data.fill(0);
        drawShape(mask, category, drawPose(size, difficulty, random), tiles, random);
        layShape(target, mask, difficulty, random);
      }
      light(target, grain, size, random);
    },
  };
}

const textureOf = (category: Category, random: Random): Texture =>
  category.family === 'texture' ? category.texture : drawTexture(random, TILES);

/** Any place, turn, size, mirroring and a little shear; near the standard pose where it is easy. */
function drawPose(size: number, difficulty: number, random: Random): Pose {
  const radius = size * betweenLog(random, 0.25 - 0.16 * difficulty, 0.3);
  const angle = between(random, -Math.PI, Math.PI) * difficulty;
  const stretch = betweenLog(random, 0.8, 1.25);
  const mirror = random.uniform() < 0.5 * difficulty ? -1 : 1;
  const [cos, sin] = [Math.cos(angle) * radius, Math.sin(angle) * radius];
  const wander = 0.1 + 0.2 * difficulty;
  return {
    x: size * between(random, 0.5 - wander, 0.5 + wander),
    y: size * between(random, 0.5 - wander, 0.5 + wander),
    matrix: [cos * stretch, (-sin * mirror) / stretch, sin * stretch, (cos * mirror) / stretch],
  };
}

const groundContrast = (random: Random, difficulty: number, strong: boolean): number =>
  strong
    ? betweenLog(random, 0.3 - 0.26 * difficulty, 0.5)
    : betweenLog(random, 0.02, 0.04 + 0.46 * difficulty);

/** A texture between two random colours, in 0..1. */
function colourGround(target: Float32Array, field: Float32Array, contrast: number, random: Random): void {
  const tone = between(random, 0.25, 0.75);
  const sway = contrast * tone * (random.uniform() < 0.5 ? -1 : 1);
  const [chroma, shift] = [betweenLog(random, 0.01, 0.2), betweenLog(random, 0.05, 0.5)];
  for (let channel = 0; channel < 3; channel++) {
    const base = tone + chroma * random.normal();
    const swing = sway * (1 + shift * random.normal());
    const plane = target.subarray(channel * field.length, (channel + 1) * field.length);
    for (let i = 0; i < plane.length; i++) plane[i] = base + swing * (field[i] as number);
  }
}

/** Lays the shape on the ground as a relief, a tint, or another colour; faint or strong. */
function layShape(target: Float32Array, mask: Mask, difficulty: number, random: Random): void {
  const way = random.uniform();
  const strength = betweenLog(random, 0.7 - 0.58 * difficulty, 0.85);
  if (way < 0.35) return emboss(target, mask, strength, random);
  const area = mask.data.length;
  const sign = random.uniform() < 0.6 ? -1 : 1;
  for (let channel = 0; channel < 3; channel++) {
    const factor = 1 + sign * strength * (way < 0.7 ? 1 : between(random, 0, 1.6));
    const colour = way > 0.9 ? random.uniform() : null;
    const plane = target.subarray(channel * area, (channel + 1) * area);
    for (let i = 0; i < area; i++) {
      const cover = mask.data[i] as number;
      if (cover === 0) continue;
      const value = plane[i] as number;
      const wanted = colour ?? value * factor;
      plane[i] = value + cover * (wanted - value);
    }
  }
}

/** Light from one side: one flank of what stands out is bright, the other dark. */
function emboss(target: Float32Array, { size, data }: Mask, strength: number, random: Random): void {
  const angle = between(random, 0, 2 * Math.PI);
  const [dx, dy] = [Math.round(1.4 * Math.cos(angle)), Math.round(1.4 * Math.sin(angle))];
  const depth = between(random, -0.6, 0.6);
  for (let row = 0; row < size; row++) {
    const other = Math.min(size - 1, Math.max(0, row + dy));
    for (let column = 0; column < size; column++) {
      const at = row * size + column;
      const here = data[at] as number;
      const there = data[other * size + Math.min(size - 1, Math.max(0, column + dx))] as number;
      if (here === 0 && there === 0) continue;
      const factor = 1 + strength * (here - there + depth * here);
      for (let channel = 0; channel < 3; channel++) {
        const place = channel * size * size + at;
        target[place] = (target[place] as number) * factor;
      }
    }
  }
}

/** Uneven light, exposure and grain; then 0..1 becomes the network's -2..2. */
function light(target: Float32Array, grain: Float32Array, size: number, random: Random): void {
  const exposure = between(random, 0.8, 1.2);
  const [gx, gy] = [between(random, -0.3, 0.3), between(random, -0.3, 0.3)];
  const strength = betweenLog(random, 0.004, 0.05);
  const vignette = between(random, 0, 0.4);
  const offset = random.integer(GRAIN);
  const area = size * size;
  for (let row = 0; row < size; row++) {
    const y = row / size - 0.5;
    for (let column = 0; column < size; column++) {
      const x = column / size - 0.5;
      const factor = exposure * (1 + gx * x + gy * y) * (1 - vignette * (x * x + y * y));
      for (let channel = 0; channel < 3; channel++) {
        const at = channel * area + row * size + column;
        const noise = strength * (grain[(at + offset) & (GRAIN - 1)] as number);
        const value = (target[at] as number) * factor + noise;
        target[at] = (Math.min(1, Math.max(0, value)) - 0.5) * 4;
      }
    }
  }
}
