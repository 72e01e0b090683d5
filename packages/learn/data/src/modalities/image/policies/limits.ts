import type { Random } from '@espalier/base/random';
import type { Policy } from '../../policy.js';
import type { CropBox, View } from '../views.js';

/** How far the views of a policy may go. */
export interface ViewLimits {
  /** Mirror half of the views. */
  readonly flip: boolean;
  /** Smallest area of a random resized crop (Szegedy et al., 2015); 1 is no crop. */
  readonly minimumArea: number;
  /** Largest rotation either way, in degrees. */
  readonly rotate: number;
  /** Largest relative change of brightness, contrast and saturation. */
  readonly colour: number;
}

/** A policy whose views are drawn within limits. */
export interface LimitedPolicy extends Policy<View> {
  readonly limits: ViewLimits;
}

/** Makes a policy that draws its views within limits. */
export const drawnWithin = (limits: ViewLimits): LimitedPolicy => ({
  usual: false,
  limits,
  view: ({ random }) => ({
    flip: limits.flip && random.uniform() < 0.5,
    crop: limits.minimumArea < 1 ? randomCrop(random, limits.minimumArea) : null,
    rotate: rounded((2 * random.uniform() - 1) * limits.rotate),
    brightness: factor(random, limits.colour),
    contrast: factor(random, limits.colour),
    saturation: factor(random, limits.colour),
  }),
});

function randomCrop(random: Random, minimumArea: number): CropBox {
  const logAspect = (2 * random.uniform() - 1) * Math.log(4 / 3);
  return {
    area: rounded(minimumArea + (1 - minimumArea) * random.uniform()),
    aspect: rounded(Math.exp(logAspect)),
    x: rounded(random.uniform()),
    y: rounded(random.uniform()),
  };
}

function factor(random: Random, change: number): number {
  return rounded(1 + (2 * random.uniform() - 1) * change);
}

/** Four decimals: exact in a key, whatever the platform's exp() does with the last bit. */
function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4 + 0;
}
