import { z } from 'zod';

/** Measurements of a model on examples that it had not learnt from. */
export const standingFields = {
  /** The study's objective, with the bounds of its 95 % interval. */
  value: z.number(),
  low: z.number(),
  high: z.number(),
  /** Mean loss of an example, by which models are ranked. */
  loss: z.number(),
  /** Number of examples behind the measurements. */
  examples: z.number().int().positive(),
  /** `folds` over training and validation examples, or the `validation` split. */
  basis: z.enum(['folds', 'validation']),
};

export type Standing = z.infer<z.ZodObject<typeof standingFields>>;
