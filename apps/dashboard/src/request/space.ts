import { rangeOf, typedOf } from '@espalier/search/typed';
import type { Offer, Study } from '../server/api';

export type Dimension = Offer['dimensions'][number];
export type Range = NonNullable<Dimension['usual']>;

/** Typed ranges by the names of their dimensions; an empty one keeps the default range. */
export type TypedSpace = Readonly<Record<string, string>>;

/** Parses a typed range; null where it is malformed. */
export const readRange = ({ domain, scale }: Dimension, text: string): Range | null => {
  const whole = domain.kind === 'number' && domain.whole === true;
  return rangeOf(text, { kind: domain.kind, scale, whole }) as Range | null;
};

const isEmpty = (text: string | undefined): boolean => text === undefined || text.trim() === '';

/** Lists the labels of dimensions whose text is malformed. */
export const unreadIn = (typed: TypedSpace, dimensions: readonly Dimension[]): readonly string[] =>
  dimensions
    .filter((one) => !isEmpty(typed[one.name]) && readRange(one, typed[one.name] ?? '') === null)
    .map(({ label }) => label);

/** Builds the request's ranges from the typed ones. */
export const spaceOf = (typed: TypedSpace, dimensions: readonly Dimension[]): Record<string, Range> =>
  Object.fromEntries(
    dimensions.flatMap((one) => {
      const text = typed[one.name];
      const range = isEmpty(text) ? null : readRange(one, text ?? '');
      return range === null ? [] : [[one.name, range] as const];
    }),
  );

/** Lists the valid names of a dimension of names. */
export const namesFor = ({ domain, namesIn }: Dimension, modality: string | null): readonly string[] => {
  if (domain.kind !== 'name') return [];
  return (modality === null ? undefined : namesIn?.[modality]) ?? domain.names;
};

/** Converts a range into text, with a sentence on what the text cannot express. */
export function typedAgain(
  dimension: Dimension,
  range: Range,
): { readonly text: string; readonly lost: string | null } {
  const text = typedOf(range);
  const read = readRange(dimension, text);
  if (JSON.stringify(read) === JSON.stringify(range)) return { text, lost: null };
  const how = read?.kind === 'logUniform' ? 'on a logarithmic scale' : 'over its default range';
  return {
    text,
    lost: `The earlier study searched ${dimension.label} evenly over ${text}; this one searches it ${how}.`,
  };
}

/** The dimensions that a study searches, in order. */
export type StudyDimensions = Study['dimensions'];
