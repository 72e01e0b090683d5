import type { Configuration, OfferedDimension, Range } from '@espalier/study';
import type { Dimension, Member, WrittenFor } from './dimension.js';
import { dimensions } from './index.js';

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Backbones of which nothing is known, to see whether what is usual depends on it. */
const members: readonly Member[] = (['image', 'text'] as const).map((modality, i) => ({
  ...{ id: '', modality, freezeDepths: [i, i + 1], whyNot: () => '', policies: [] },
}));

/** What is searched usually, where it is the same for every backbone. */
function sameForAll({ usual, ofBackbone }: Dimension): Range | null {
  const [first, ...others] = members.map((member) => JSON.stringify(usual(member)));
  if (first === undefined || ofBackbone || others.some((other) => other !== first)) return null;
  return usual(members[0] as Member);
}

/** All dimensions as people are shown them. */
export const offeredDimensions = (): OfferedDimension[] =>
  dimensions.entries().map(([name, dimension]) => ({
    name,
    label: dimension.label,
    help: dimension.help,
    flag: dimension.flag ?? kebab(name),
    domain: { ...dimension.domain } as OfferedDimension['domain'],
    scale: dimension.scale,
    usually: dimension.usually,
    usual: sameForAll(dimension),
    ...(dimension.namesIn && { namesIn: mutable(dimension.namesIn()) }),
    when: mutable(dimension.when ?? {}),
  }));

const mutable = <T>(lists: Readonly<Record<string, readonly T[]>>): Record<string, T[]> =>
  Object.fromEntries(Object.entries(lists).map(([name, items]) => [name, [...items]]));

/** The values of a configuration as people read them, by the names of the dimensions, in their order. */
export function writtenValues({ values }: Configuration, backbone?: WrittenFor): Record<string, string> {
  const known = dimensions.entries().flatMap(([name, { write }]) => {
    const value = values[name];
    return value === undefined ? [] : [[name, write(value, backbone)] as const];
  });
  return Object.fromEntries(known);
}
