import { z } from 'zod';
import { rangeSchema, valueSchema, type Range, type Value } from './range.js';

/** Ranges by the names of their dimensions. */
export type Ranges = Readonly<Record<string, Range>>;

/** A backbone that is searched. */
export interface BackboneChoice {
  readonly id: string;
  /** Ranges that are this backbone's own, such as its freeze depths. */
  readonly ranges: Ranges;
  /**
   * Floating-point operations of a training step for one example, by the freeze depth; the last is of the
   * head alone. Absent in studies that began before it was counted.
   */
  readonly work?: readonly number[] | undefined;
}

/** Search space of a study. */
export interface SearchSpace {
  readonly backbones: readonly BackboneChoice[];
  /** Ranges that all backbones share. */
  readonly ranges: Ranges;
}

/** One point of a space: a value for each dimension that has a meaning there. */
export interface Configuration {
  readonly backbone: string;
  readonly values: Readonly<Record<string, Value>>;
}

const name = z.string().min(1);

export const rangesSchema: z.ZodType<Ranges> = z.record(name, rangeSchema);

export const searchSpaceSchema: z.ZodType<SearchSpace> = z.strictObject({
  backbones: z
    .array(
      z.strictObject({
        id: name,
        ranges: rangesSchema,
        work: z.array(z.number().positive()).min(1).optional(),
      }),
    )
    .min(1)
    .refine(
      (backbones) => new Set(backbones.map(({ id }) => id)).size === backbones.length,
      'two backbones have the same id',
    ),
  ranges: rangesSchema,
});

export const configurationSchema: z.ZodType<Configuration> = z.strictObject({
  backbone: name,
  values: z.record(name, valueSchema),
});
