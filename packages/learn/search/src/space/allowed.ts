import type { BackboneChoice, Configuration, Range, Ranges, SearchSpace, Value } from '@espalier/study';
import { dimensions } from '../dimensions/index.js';
import { methods } from '../methods/index.js';
import { isAlive } from './searched.js';

/** Whether a search may try what ends in a network of some name; see `networkOf`. */
export type Allows = (network: string) => boolean;

/** What the networks of a configuration are called that are alike but for their weights. */
export const networkOf = ({ backbone, values }: Configuration): string =>
  methods.get(String(values['method'] ?? methods.names[0])).network(backbone, values);

const METHOD = 'method';

/**
 * The part of a space whose networks are allowed; null where that is nothing. Which methods are searched is the
 * same for all backbones: one stays where each method that any backbone can be transferred by is possible for it.
 */
export function allowedSpace(space: SearchSpace, allows: Allows): SearchSpace | null {
  const searched = methodsIn(space);
  const members = space.backbones.map((member) => ({
    member,
    ranges: { ...space.ranges, ...member.ranges },
  }));
  const possible = searched.filter((method) =>
    members.some((one) => rangesUnder(one, method, allows) !== null),
  );
  const able = (wanted: readonly string[]): BackboneChoice[] =>
    members.flatMap((one) => narrowed(one, wanted, allows) ?? []);
  const [first] = possible;
  if (first === undefined) return null;
  const left = able(possible).length > 0 ? possible : [first];
  const ranges =
    left.length === searched.length
      ? space.ranges
      : { ...space.ranges, [METHOD]: { kind: 'choices', values: left } as const };
  return { backbones: able(left), ranges };
}

/** Every network that configurations of a space end in. */
export const networksIn = (space: SearchSpace): Configuration[] =>
  methodsIn(space).flatMap((method) =>
    space.backbones.flatMap((member) =>
      readDepths({ ...space.ranges, ...member.ranges }, method).flatMap(([name, values]) =>
        values.map((value) => configurationOf(member, method, name, value)),
      ),
    ),
  );

function methodsIn({ ranges }: SearchSpace): string[] {
  const range = ranges[METHOD];
  return range?.kind === 'choices' ? range.values.map(String) : [methods.names[0]];
}

/** A backbone with all ranges that hold for it, those that all share included. */
interface Ranged {
  readonly member: BackboneChoice;
  readonly ranges: Ranges;
}

/** A backbone with the ranges that are left of it; null where a method is not possible for it. */
function narrowed(one: Ranged, wanted: readonly string[], allows: Allows): BackboneChoice | null {
  let { ranges } = one.member;
  for (const method of wanted) {
    const left = rangesUnder(one, method, allows);
    if (left === null) return null;
    ranges = { ...ranges, ...left };
  }
  return { ...one.member, ranges };
}

/** What is left of the ranges that decide about a method's network; null where that is nothing. */
function rangesUnder({ member, ranges }: Ranged, method: string, allows: Allows): Ranges | null {
  const left: Record<string, Range> = {};
  for (const [name, values] of readDepths(ranges, method)) {
    const allowed = values.filter((value) => allows(networkOf(configurationOf(member, method, name, value))));
    if (allowed.length === 0) return null;
    if (name !== null) left[name] = { kind: 'choices', values: allowed.filter((one) => one !== null) };
  }
  return left;
}

/** The depths at which a method cuts a backbone, by the dimension that has them; null where it is not cut. */
function readDepths(
  ranges: Ranges,
  method: string,
): (readonly [name: string | null, values: readonly (Value | null)[]])[] {
  const reading = dimensions.entries().flatMap(([name, dimension]) => {
    const range = ranges[name];
    const decides = dimension.depths === 'read' && isAlive(dimension, { [METHOD]: method });
    return decides && range?.kind === 'choices' ? [[name, range.values] as const] : [];
  });
  return reading.length === 0 ? [[null, [null]]] : reading;
}

const configurationOf = (
  { id }: BackboneChoice,
  method: string,
  name: string | null,
  value: Value | null,
): Configuration => ({
  backbone: id,
  values: { [METHOD]: method, ...(name !== null && value !== null && { [name]: value }) },
});
