import { axisOf } from './axis.js';
import type { ObservedTrial } from './history.js';
import { sizeOfSpace, type Configuration, type NumberDimension, type SearchSpace } from './space.js';

/** The points of a space, numbered from 0. */
export interface Points {
  readonly size: number;
  at(index: number): Configuration;
}

/** Every point of a space; continuous dimensions are cut into `resolution` points with both ends. */
export function pointsOf(space: SearchSpace, resolution: number): Points {
  const stems = space.backbones.flatMap(({ id, freezeDepths }) =>
    freezeDepths.map((freezeDepth) => ({ backbone: id, freezeDepth })),
  );
  const columns = {
    learningRate: levelsOf(space.learningRate, resolution),
    layerDecay: levelsOf(space.layerDecay, resolution),
    weightDecay: levelsOf(space.weightDecay, resolution),
  };
  const lists = [stems, ...Object.values(columns), space.augmentation];
  return {
    size: lists.reduce((size, { length }) => size * length, 1),
    at: (index) => {
      let rest = index;
      const next = <T>(items: readonly T[]): T => {
        const item = items[rest % items.length] as T;
        rest = Math.floor(rest / items.length);
        return item;
      };
      return {
        ...next(stems),
        learningRate: next(columns.learningRate),
        layerDecay: next(columns.layerDecay),
        weightDecay: next(columns.weightDecay),
        augmentation: next(space.augmentation),
      };
    },
  };
}

/** A text that is equal exactly for equal configurations. */
export function keyOf(configuration: Configuration): string {
  const { backbone, freezeDepth, learningRate, layerDecay, weightDecay, augmentation } = configuration;
  return JSON.stringify([backbone, freezeDepth, learningRate, layerDecay, weightDecay, augmentation]);
}

/** The keys of all configurations a history has tried or is trying. */
export function triedKeys(history: readonly ObservedTrial[]): ReadonlySet<string> {
  return new Set(history.map(({ configuration }) => keyOf(configuration)));
}

/** Whether a configuration is a point of the space; a depth has to be one of its backbone's. */
export function isInSpace(space: SearchSpace, configuration: Configuration): boolean {
  const backbone = space.backbones.find(({ id }) => id === configuration.backbone);
  return (
    backbone !== undefined &&
    backbone.freezeDepths.includes(configuration.freezeDepth) &&
    space.augmentation.includes(configuration.augmentation) &&
    axisOf(space.learningRate).positionOf(configuration.learningRate) !== null &&
    axisOf(space.layerDecay).positionOf(configuration.layerDecay) !== null &&
    axisOf(space.weightDecay).positionOf(configuration.weightDecay) !== null
  );
}

/** Whether a finite space has no untried point; a space with a continuous dimension always has. */
export function isExhausted(space: SearchSpace, history: readonly ObservedTrial[]): boolean {
  const size = sizeOfSpace(space);
  if (size === null || history.length < size) return false;
  return triedKeys(history.filter(({ configuration }) => isInSpace(space, configuration))).size >= size;
}

function levelsOf(dimension: NumberDimension, resolution: number): number[] {
  const { cells, valueAt } = axisOf(dimension);
  return cells === null
    ? Array.from({ length: resolution }, (_, i) => valueAt(i / (resolution - 1)))
    : Array.from({ length: cells }, (_, i) => valueAt((i + 0.5) / cells));
}
