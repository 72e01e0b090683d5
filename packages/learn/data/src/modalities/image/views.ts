import { createRandom, type Random } from '@espalier/base/random';

/** A window on the image, free of its size so that one view serves any image. */
export interface CropBox {
  /** Area over that of the largest window with the network's shape, in (0, 1]. */
  readonly area: number;
  /** Width over height, relative to that window's. */
  readonly aspect: number;
  /** Place between the left (0) and the right (1) end of the room there is. */
  readonly x: number;
  /** Place between top (0) and bottom (1). */
  readonly y: number;
}

/** One fixed way to look at an image. The steps apply in the order of the fields. */
export interface View {
  /** null is the platform's own framing, that of evaluation. */
  readonly crop: CropBox | null;
  /** Mirrors left and right. */
  readonly flip: boolean;
  /** Degrees clockwise about the centre. */
  readonly rotate: number;
  /** Factors; 1 changes nothing. Defined as torchvision's ColorJitter defines them. */
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
}

export const identityView: View = {
  crop: null,
  flip: false,
  rotate: 0,
  brightness: 1,
  contrast: 1,
  saturation: 1,
};

/** How far the views of a policy may go. */
export interface AugmentationPolicy {
  /** Mirror half of the views. */
  readonly flip: boolean;
  /** Smallest area of a random resized crop (Szegedy et al., 2015); 1 is no crop. */
  readonly minimumArea: number;
  /** Largest rotation either way, in degrees. */
  readonly rotate: number;
  /** Largest relative change of brightness, contrast and saturation. */
  readonly colour: number;
}

/** Fine-tuning on little data wants milder crops than the 0.08 of training from scratch. */
export const augmentationPolicies = {
  none: { flip: false, minimumArea: 1, rotate: 0, colour: 0 },
  flip: { flip: true, minimumArea: 1, rotate: 0, colour: 0 },
  crop: { flip: true, minimumArea: 0.5, rotate: 0, colour: 0 },
  colour: { flip: true, minimumArea: 0.5, rotate: 0, colour: 0.2 },
  strong: { flip: true, minimumArea: 0.25, rotate: 15, colour: 0.4 },
} as const satisfies Record<string, AugmentationPolicy>;

export type AugmentationName = keyof typeof augmentationPolicies;

/**
 * The view an example has under an index, the same on every machine. Augmentation is a fixed
 * number of views an example, so that the frozen prefix's activations of each can be cached.
 *
 * @param viewIndex from 0; view 0 is always the identity.
 */
export function viewOf(policy: AugmentationName, exampleKey: string, viewIndex: number, seed: number): View {
  if (!Number.isInteger(viewIndex) || viewIndex < 0) {
    throw new RangeError(`viewOf() needs a view index of 0 or more, got ${viewIndex}`);
  }
  if (viewIndex === 0 || policy === 'none') return identityView;
  const limits: AugmentationPolicy = augmentationPolicies[policy];
  const random = createRandom(seed, 'view', policy, exampleKey, viewIndex);
  return {
    // With a flip alone, every second view would repeat view 0: there the index decides.
    flip: policy === 'flip' ? viewIndex % 2 === 1 : limits.flip && random.uniform() < 0.5,
    crop: limits.minimumArea < 1 ? randomCrop(random, limits.minimumArea) : null,
    rotate: rounded((2 * random.uniform() - 1) * limits.rotate),
    brightness: factor(random, limits.colour),
    contrast: factor(random, limits.colour),
    saturation: factor(random, limits.colour),
  };
}

/** A string that is equal exactly for equal views, to be part of a cache key. */
export function viewKey(view: View): string {
  const { crop, flip, rotate, brightness, contrast, saturation } = view;
  const box = crop === null ? 'full' : [crop.area, crop.aspect, crop.x, crop.y].join(',');
  return ['v1', box, flip ? 'flip' : 'plain', rotate, brightness, contrast, saturation].join(';');
}

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
