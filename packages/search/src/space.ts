import { faultOf } from '@espalier/transfer';
import { z } from 'zod';
import type { NumberDimension } from './dimension.js';
import { SearchError } from './errors.js';

export type { NumberDimension } from './dimension.js';

/** A backbone and the freeze depths that mean something for it. */
export interface BackboneChoice {
  readonly id: string;
  /** Frozen layers from the input on, in the backbone's own count. */
  readonly freezeDepths: readonly number[];
}

export interface SearchSpace {
  readonly backbones: readonly BackboneChoice[];
  /** Peak learning rate of the layers nearest to the output, above 0. */
  readonly learningRate: NumberDimension;
  /** Factor on the learning rate for each layer further from the output, in (0, 1]. */
  readonly layerDecay: NumberDimension;
  /** 0 or more. */
  readonly weightDecay: NumberDimension;
  /** Names of augmentation policies. */
  readonly augmentation: readonly string[];
}

/** One point of a search space. */
export interface Configuration {
  readonly backbone: string;
  readonly freezeDepth: number;
  readonly learningRate: number;
  readonly layerDecay: number;
  readonly weightDecay: number;
  readonly augmentation: string;
}

const learningRate = z.number().positive();
const layerDecay = z.number().positive().max(1);
const weightDecay = z.number().min(0);
const freezeDepth = z.int().min(0);
const name = z.string().min(1);

/** A dimension of any finite numbers; `searchSpaceSchema` limits each to its range. */
export const numberDimensionSchema: z.ZodType<NumberDimension> = dimensionOf(z.number());

export const searchSpaceSchema: z.ZodType<SearchSpace> = z.strictObject({
  backbones: listOf(z.strictObject({ id: name, freezeDepths: listOf(freezeDepth) })).refine(
    (backbones) => isDistinct(backbones.map(({ id }) => id)),
    'two backbones have the same id',
  ),
  learningRate: dimensionOf(learningRate),
  layerDecay: dimensionOf(layerDecay),
  weightDecay: dimensionOf(weightDecay),
  augmentation: listOf(name),
});

export const configurationSchema: z.ZodType<Configuration> = z.strictObject({
  backbone: name,
  freezeDepth,
  learningRate,
  layerDecay,
  weightDecay,
  augmentation: name,
});

/**
 * How many configurations a space holds, or null where a dimension is continuous.
 * Each backbone counts with its own freeze depths only.
 */
export function sizeOfSpace(space: SearchSpace): number | null {
  let size = space.augmentation.length;
  for (const dimension of [space.learningRate, space.layerDecay, space.weightDecay]) {
    if (dimension.kind !== 'choices') return null;
    size *= dimension.values.length;
  }
  return size * space.backbones.reduce((depths, { freezeDepths }) => depths + freezeDepths.length, 0);
}

/** @throws SearchError saying where a space breaks its schema. */
export function checkSpace(space: SearchSpace): void {
  const { error } = searchSpaceSchema.safeParse(space);
  const [issue] = error?.issues ?? [];
  if (issue === undefined) return;
  const place = issue.path.join('.') || 'the space';
  throw new SearchError(`The search space cannot be searched, correct ${place}: ${faultOf(issue)}`);
}

function listOf<T extends z.ZodType>(item: T) {
  return z.array(item).min(1).refine(isDistinct, 'a value stands twice');
}

function dimensionOf(value: z.ZodNumber) {
  const ends = { low: value, high: value };
  return z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('choices'), values: listOf(value) }),
      z.strictObject({ kind: z.literal('uniform'), ...ends }),
      z.strictObject({ kind: z.literal('logUniform'), ...ends }),
    ])
    .refine(
      (dimension) => dimension.kind === 'choices' || dimension.low < dimension.high,
      'low has to be below high; a single value is a list of choices',
    )
    .refine(
      (dimension) => dimension.kind !== 'logUniform' || dimension.low > 0,
      'a logarithmic range has to start above 0',
    );
}

function isDistinct(items: readonly unknown[]): boolean {
  return new Set(items).size === items.length;
}
