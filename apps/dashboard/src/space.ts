import { rangeOf, typedOf } from '@espalier/search/typed';
import type { Offer, Study } from './api';

export type Dimension = Offer['dimensions'][number];
export type Range = NonNullable<Dimension['usual']>;

/** Ranges as they are typed, by the names of their dimensions; what is empty is searched as usual. */
export type TypedSpace = Readonly<Record<string, string>>;

/** A range of a dimension as it is typed; null where it cannot be read. */
export const readRange = ({ domain, scale }: Dimension, text: string): Range | null => {
  const whole = domain.kind === 'number' && domain.whole === true;
  return rangeOf(text, { kind: domain.kind, scale, whole }) as Range | null;
};

const isEmpty = (text: string | undefined): boolean => text === undefined || text.trim() === '';

/** The labels of dimensions whose text cannot be read. */
export const unreadIn = (typed: TypedSpace, dimensions: readonly Dimension[]): readonly string[] =>
  dimensions
    .filter((one) => !isEmpty(typed[one.name]) && readRange(one, typed[one.name] ?? '') === null)
    .map(({ label }) => label);

/** The ranges that were typed, for the server. */
export const spaceOf = (typed: TypedSpace, dimensions: readonly Dimension[]): Record<string, Range> =>
  Object.fromEntries(
    dimensions.flatMap((one) => {
      const text = typed[one.name];
      const range = isEmpty(text) ? null : readRange(one, text ?? '');
      return range === null ? [] : [[one.name, range] as const];
    }),
  );

/** The names that mean something for a dimension of names. */
export const namesFor = ({ domain, namesIn }: Dimension, modality: string | null): readonly string[] => {
  if (domain.kind !== 'name') return [];
  return (modality === null ? undefined : namesIn?.[modality]) ?? domain.names;
};

/** A range as it is typed again, or a sentence on what typing it would lose. */
export function typedAgain(
  dimension: Dimension,
  range: Range,
): { readonly text: string; readonly lost: string | null } {
  const text = typedOf(range);
  const read = readRange(dimension, text);
  if (JSON.stringify(read) === JSON.stringify(range)) return { text, lost: null };
  const how = read?.kind === 'logUniform' ? 'in its logarithm' : 'as it usually is';
  return { text, lost: `${dimension.label} was searched evenly over ${text}; here it is searched ${how}.` };
}

/** The dimensions that a study searches, in their order. */
export type Searched = Study['dimensions'];
