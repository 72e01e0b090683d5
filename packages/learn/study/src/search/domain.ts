import { z } from 'zod';
import { faultOf } from '@espalier/transfer';
import { rangeSchema, type Range } from './range.js';
import type { Ranges } from './space.js';

/** Which values of a dimension mean something. */
export type Domain =
  | {
      readonly kind: 'number';
      readonly low: number;
      readonly high: number;
      /** Whether `low`, or `high`, itself is left out. */
      readonly above?: true | undefined;
      readonly below?: true | undefined;
      readonly whole?: true | undefined;
    }
  | { readonly kind: 'name'; readonly names: readonly [string, ...string[]] };

/** Fault of a study's request, with its path. */
export interface Fault {
  readonly path: readonly PropertyKey[];
  readonly reason: string;
}

function numberSchema({ low, high, above, below, whole }: Extract<Domain, { kind: 'number' }>): z.ZodNumber {
  const lower = above ? z.number().gt(low) : z.number().min(low);
  const limited = below ? lower.lt(high) : lower.max(high);
  return whole ? limited.int() : limited;
}

const valueSchema = (domain: Domain): z.ZodType =>
  domain.kind === 'number' ? numberSchema(domain) : z.enum(domain.names);

/** The values of a range with their places in it. */
const valuesOf = (range: Range): readonly (readonly [path: readonly PropertyKey[], value: unknown])[] =>
  range.kind === 'choices'
    ? range.values.map((value, i) => [['values', i], value] as const)
    : [
        [['low'], range.low],
        [['high'], range.high],
      ];

/** Says what keeps a range from being one of a domain; null where nothing does. */
export function faultOfRange(domain: Domain, range: Range): Fault | null {
  const schema = valueSchema(domain);
  for (const [path, value] of valuesOf(range)) {
    const [issue] = schema.safeParse(value).error?.issues ?? [];
    if (issue !== undefined) return { path, reason: faultOf(issue) };
  }
  if (domain.kind === 'name' && range.kind !== 'choices') {
    return { path: ['kind'], reason: `it has names, of which some are listed: ${domain.names.join(', ')}` };
  }
  const [broken] = rangeSchema.safeParse(range).error?.issues ?? [];
  return broken === undefined ? null : { path: broken.path, reason: faultOf(broken) };
}

/**
 * Says what keeps ranges from being searched; null where nothing does.
 *
 * @param domains of all dimensions that there are
 */
export function faultOfRanges(ranges: Ranges, domains: ReadonlyMap<string, Domain>): Fault | null {
  for (const [name, range] of Object.entries(ranges)) {
    const domain = domains.get(name);
    if (domain === undefined) {
      const known = [...domains.keys()].join(', ');
      return { path: [name], reason: `there is no such dimension; there are ${known}` };
    }
    const fault = faultOfRange(domain, range);
    if (fault !== null) return { path: [name, ...fault.path], reason: fault.reason };
  }
  return null;
}
