import { z } from 'zod';

/** Value of a dimension of the search: a number, or the name of an entry. */
export type Value = number | string;

/** The schema of a {@link Value}. */
export const valueSchema = z.union([z.number(), z.string().min(1)], {
  error: ({ input }) => `a number or a name is needed, and this is ${String(input)}`,
});

/** Values that are searched: those of a list, or anything between two ends. */
export type Range =
  | { readonly kind: 'choices'; readonly values: readonly Value[] }
  /** Evenly, evenly in the logarithm, or whole numbers with both ends. */
  | { readonly kind: 'uniform' | 'logUniform' | 'integer'; readonly low: number; readonly high: number };

const isDistinct = (items: readonly unknown[]): boolean => new Set(items).size === items.length;

const ends = { low: z.number(), high: z.number() };

/** A range of any dimension; its dimension limits what stands in it. */
export const rangeSchema: z.ZodType<Range> = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('choices'),
      values: z.array(valueSchema).min(1).refine(isDistinct, 'a value stands twice'),
    }),
    z.strictObject({ kind: z.literal('uniform'), ...ends }),
    z.strictObject({ kind: z.literal('logUniform'), ...ends }),
    z.strictObject({ kind: z.literal('integer'), low: z.int(), high: z.int() }),
  ])
  .refine(
    (range) => range.kind === 'choices' || range.low < range.high,
    'low has to be below high; a single value is a list of choices',
  )
  .refine(
    (range) => range.kind !== 'logUniform' || range.low > 0,
    'a logarithmic range has to start above 0',
  );

/** The single value of a range; null where there is a choice. */
export function onlyValue(range: Range): Value | null {
  const [first, second] = range.kind === 'choices' ? range.values : [];
  return first === undefined || second !== undefined ? null : first;
}
