import { describeNode, intsAttribute, numbersOf } from '@espalier/onnx';
import { AutodiffError } from '../../errors.js';
import type { Formula, Rule } from '../rule.js';

/** Reshape, Flatten, Squeeze, Unsqueeze: the same elements in another shape. */
export const reshape: Formula = (c) => c.reshape(c.dy, c.dims(c.x));

export const transpose: Rule = (c) => {
  const perm = intsAttribute(c.node, 'perm') ?? c.dims(c.x).map((_, i, all) => all.length - 1 - i);
  return c.transpose(
    c.dy,
    perm.map((_, axis) => perm.indexOf(axis)),
  );
};

/** Nothing but a broadcast, which is undone for every rule. */
export const expand: Rule = (c) => c.dy;

/** Sums the copies: as [repeats, length] for each axis. */
export const tile: Rule = (c) => {
  const dims = c.dims(c.x);
  const repeats = c.known(1);
  if (repeats === null) {
    throw new AutodiffError(`${describeNode(c.node)} has repeats that the graph computes`);
  }
  const counts = numbersOf(repeats);
  const apart = dims.flatMap((dim, axis) => [counts[axis] ?? 1, dim]);
  return c.sum(
    c.reshape(c.dy, apart),
    dims.map((_, axis) => 2 * axis),
  );
};
