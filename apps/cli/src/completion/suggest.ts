import type { Argument, Option } from 'commander';

/** Values that are known, and others may be given all the same. */
export interface Suggested {
  readonly values: () => readonly string[] | Promise<readonly string[]>;
  /** Whether several are given at once, with commas between. */
  readonly list: boolean;
}

const suggestions = new WeakMap<Option | Argument, Suggested>();

/** Says which values a shell offers for an option or argument that takes others too. */
export function suggest<T extends Option | Argument>(
  to: T,
  values: Suggested['values'],
  { list = false }: { readonly list?: boolean } = {},
): T {
  suggestions.set(to, { values, list });
  return to;
}

/** What a shell offers for an option or argument; null where nothing is known. */
export const suggestedFor = (to: Option | Argument): Suggested | null => {
  const { argChoices } = to;
  if (argChoices !== undefined) return { values: () => argChoices, list: false };
  return suggestions.get(to) ?? null;
};
