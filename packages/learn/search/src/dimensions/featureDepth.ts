import type { Range } from '@espalier/study';
import { SearchError } from '../errors.js';
import { worthTrying } from './depths.js';
import { numberDimension, type Member } from './dimension.js';
import { only } from './method.js';

/** Depths whose activations can be read: any but the input itself. Ascending. */
const readable = ({ freezeDepths }: Member): number[] =>
  Array.from({ length: freezeDepths.at(-1) ?? 0 }, (_, i) => i + 1);

export const featureDepth = numberDimension({
  label: 'Feature depth',
  help: 'Behind how many stages a probe reads its features',
  flag: 'feature-depths',
  depths: 'read',
  limits: { low: 1, high: 1000, whole: true },
  ofBackbone: true,
  when: only('probe'),
  usual: (member) => ({ kind: 'choices', values: worthTrying(readable(member)) }),
  usually: 'chosen for each backbone',
  narrow: (range, member): Range => {
    const possible = readable(member);
    const values = possible.filter((depth) =>
      range.kind === 'choices' ? range.values.includes(depth) : depth >= range.low && depth <= range.high,
    );
    const wrong = range.kind === 'choices' && range.values.find((one) => !possible.includes(Number(one)));
    if (values.length > 0 && (wrong === false || wrong === undefined)) return { kind: 'choices', values };
    throw new SearchError(
      `backbone ${member.id} has no features at ${wrong === undefined || wrong === false ? 'the depths that are asked for' : `depth ${wrong}`}; it has them at 1 to ${possible.at(-1)}`,
    );
  },
  write: (depth, backbone) => (backbone === undefined ? String(depth) : `${depth} of ${backbone.stages}`),
  take: (recipe) => recipe,
});
