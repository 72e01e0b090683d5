import type { Range } from '../search/range.js';
import type { Ranges, SearchSpace } from '../search/space.js';
import { isRecord } from './record.js';

/** The list of a backbone's depths, as earlier versions named it. */
const DEPTHS = 'freezeDepths';

/** A list and a single value are choices. */
const rangeOf = (given: unknown): unknown => {
  if (Array.isArray(given)) return { kind: 'choices', values: given };
  return typeof given === 'number' || typeof given === 'string'
    ? { kind: 'choices', values: [given] }
    : given;
};

/** Ranges under the names of their dimensions, of settings that stood side by side. */
export function formerRanges(given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const named = Object.entries(given).map(([name, range]) => [
    name === DEPTHS ? 'freezeDepth' : name,
    rangeOf(range),
  ]);
  return Object.fromEntries(named.filter(([, range]) => range !== undefined)) as Record<string, unknown>;
}

/** Brings a space of version 1, whose dimensions were fields of it, into today's form. */
export function formerSpace(given: unknown): unknown {
  if (!isRecord(given) || 'ranges' in given) return given;
  const { backbones, ...fields } = given;
  if (!Array.isArray(backbones)) return given;
  return {
    backbones: backbones.map((one: unknown) => {
      if (!isRecord(one) || 'ranges' in one) return one;
      const { id, ...own } = one;
      return { id, ranges: formerRanges(own) };
    }),
    ranges: formerRanges(fields),
  };
}

/**
 * Adds the form of version 1 to a space, for samplers of plugins that were made for it: ranges as fields
 * of the space, and lists of names as plain lists.
 */
export function alsoFormer({ backbones, ranges }: SearchSpace): SearchSpace {
  const plain = Object.entries(ranges).map(([name, range]) => [name, plainOf(range)] as const);
  return {
    ...Object.fromEntries(plain),
    backbones: backbones.map((one) => ({ ...one, ...depthsOf(one.ranges) })),
    ranges,
  };
}

const plainOf = (range: Range): unknown =>
  range.kind === 'choices' && range.values.every((value) => typeof value === 'string') ? range.values : range;

const depthsOf = ({ freezeDepth: range }: Ranges): object =>
  range?.kind === 'choices' ? { [DEPTHS]: range.values } : {};

/** Brings a configuration of version 1, whose values were fields of it, into today's form. */
export function formerConfiguration(given: unknown): unknown {
  if (!isRecord(given) || 'values' in given) return given;
  const { backbone, ...values } = given;
  return { backbone, values };
}
