import { axisOf, choiceAxis, type Axis } from '../axis.js';
import type { Configuration, SearchSpace } from '../space.js';

/** A configuration as the estimator sees it. */
export interface Place {
  /** Index of the backbone. */
  readonly backbone: number;
  /** Place in [0, 1] among the depths of this backbone; says nothing about another's. */
  readonly depth: number;
  /** Places in [0, 1] on the numeric axes. */
  readonly numbers: readonly number[];
  /** Index of the augmentation. */
  readonly augmentation: number;
}

/** A space as a tree: the depth's axis hangs on the backbone, everything else on the root. */
export interface Tree {
  /** One for each backbone. */
  readonly depths: readonly Axis[];
  readonly numbers: readonly Axis[];
  readonly augmentations: number;
  /** Dimensions in which there is a choice. */
  readonly dimensions: number;
  /** null for a configuration outside the space. */
  placeOf(configuration: Configuration): Place | null;
  configurationAt(place: Place): Configuration;
}

export function treeOf(space: SearchSpace): Tree {
  const depths = space.backbones.map(({ freezeDepths }) => choiceAxis(freezeDepths));
  const learningRate = axisOf(space.learningRate);
  const layerDecay = axisOf(space.layerDecay);
  const weightDecay = axisOf(space.weightDecay);
  const numbers = [learningRate, layerDecay, weightDecay];
  const choices = [
    space.backbones.length,
    Math.max(...depths.map(({ cells }) => cells ?? Infinity)),
    ...numbers.map(({ cells }) => cells ?? Infinity),
    space.augmentation.length,
  ];
  return {
    depths,
    numbers,
    augmentations: space.augmentation.length,
    dimensions: choices.filter((count) => count > 1).length,
    placeOf: (configuration) => {
      const backbone = space.backbones.findIndex(({ id }) => id === configuration.backbone);
      const depth = depths[backbone]?.positionOf(configuration.freezeDepth) ?? null;
      const augmentation = space.augmentation.indexOf(configuration.augmentation);
      const places = [
        learningRate.positionOf(configuration.learningRate),
        layerDecay.positionOf(configuration.layerDecay),
        weightDecay.positionOf(configuration.weightDecay),
      ].filter((place) => place !== null);
      if (depth === null || augmentation < 0 || places.length < numbers.length) return null;
      return { backbone, depth, numbers: places, augmentation };
    },
    configurationAt: (place) => ({
      backbone: space.backbones[place.backbone]?.id as string,
      freezeDepth: (depths[place.backbone] as Axis).valueAt(place.depth),
      learningRate: learningRate.valueAt(place.numbers[0] as number),
      layerDecay: layerDecay.valueAt(place.numbers[1] as number),
      weightDecay: weightDecay.valueAt(place.numbers[2] as number),
      augmentation: space.augmentation[place.augmentation] as string,
    }),
  };
}
