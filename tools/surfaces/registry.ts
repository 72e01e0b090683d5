import type { Random } from '@espalier/base/random';
import type { Canvas } from './canvas.js';
import { drawPitted } from './defects/pitted.js';
import { drawScratch } from './defects/scratch.js';
import { drawSound } from './defects/sound.js';
import { drawStained } from './defects/stained.js';
import { paintBrushedMetal } from './materials/brushed-metal.js';
import { paintConcrete } from './materials/concrete.js';
import { paintFabric } from './materials/fabric.js';
import { paintWood } from './materials/wood.js';

type Draw = (canvas: Canvas, random: Random) => void;

export const materials: readonly Draw[] = [paintBrushedMetal, paintConcrete, paintWood, paintFabric];

/** One class each; the name is the folder's. */
export const defects = {
  pitted: drawPitted,
  scratch: drawScratch,
  sound: drawSound,
  stained: drawStained,
} as const satisfies Record<string, Draw>;

export type SurfaceClass = keyof typeof defects;
