import type { Argument, Option } from 'commander';

/** Suggestions values; the option accepts others too. */
export interface Suggestions {
  readonly values: () => readonly string[] | Promise<readonly string[]>;
  /** Whether the option takes a list separated by commas. */
  readonly list: boolean;
}

const suggestions = new WeakMap<Option | Argument, Suggestions>();

/** Registers suggested values of an option or argument. */
export function suggest<T extends Option | Argument>(
  to: T,
  values: Suggestions['values'],
  { list = false }: { readonly list?: boolean } = {},
): T {
  suggestions.set(to, { values, list });
  return to;
}

/** Finds the suggested values of an option or argument; null where there are none. */
export const suggestedFor = (to: Option | Argument): Suggestions | null => {
  const { argChoices } = to;
  if (argChoices !== undefined) return { values: () => argChoices, list: false };
  return suggestions.get(to) ?? null;
};
