import { SearchError } from '../errors.js';
import { worthTrying } from './depths.js';
import { numberDimension } from './dimension.js';
import { only } from './method.js';

export const freezeDepth = numberDimension({
  label: 'Frozen stages',
  help: 'How many stages stay as they are, from the input on',
  flag: 'depths',
  depths: 'trained',
  limits: { low: 0, high: 1000, whole: true },
  ofBackbone: true,
  when: only('tune'),
  whole: 0,
  beside: 'alike',
  usual: ({ freezeDepths }) => ({ kind: 'choices', values: worthTrying(freezeDepths) }),
  usually: 'chosen for each backbone',
  narrow: (range, { id, freezeDepths, whyNot }) => {
    const inside = (depth: number): boolean =>
      range.kind === 'choices' ? range.values.includes(depth) : depth >= range.low && depth <= range.high;
    const wrong =
      range.kind === 'choices'
        ? range.values.map(Number).find((one) => !freezeDepths.includes(one))
        : undefined;
    const possible = `possible are ${freezeDepths[0]} to ${freezeDepths.at(-1)}`;
    if (wrong !== undefined) {
      throw new SearchError(
        `backbone ${id} cannot be trained with freeze depth ${wrong}: ${whyNot(wrong)}; ${possible}`,
      );
    }
    const values = freezeDepths.filter(inside);
    if (values.length > 0) return { kind: 'choices', values };
    throw new SearchError(`backbone ${id} has no freeze depth in the range that is asked for; ${possible}`);
  },
  write: (depth, backbone) => (backbone === undefined ? String(depth) : `${depth} of ${backbone.stages}`),
  take: (recipe, freezeDepth) => ({ ...recipe, freezeDepth }),
});
