import { z } from 'zod';

/** What a network or a model costs, by the names of the costs, each in its first unit. */
export const costsSchema = z.record(z.string().min(1), z.number().nonnegative());
export type Costs = Readonly<z.infer<typeof costsSchema>>;

/** What the networks of a study cost, by their names; each was measured once. */
export type Measured = Readonly<Record<string, Costs>>;

/** Units of a cost, the smallest first; `size` counts the first unit in it. */
export const unitsSchema = z
  .array(z.strictObject({ name: z.string().min(1), size: z.number().positive() }))
  .min(1);
export type Units = readonly z.infer<typeof unitsSchema>[number][];
