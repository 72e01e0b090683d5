import { at, fromFront, intAttribute, numbersOf } from '@espalier/onnx';
import type { RuleContext } from './rule.js';

/** The attribute `axis`, counted from the front of the first input. */
export const axisOf = (c: RuleContext, fallback: number): number =>
  fromFront(intAttribute(c.node, 'axis', fallback), c.dims(c.x).length);

/** The axes that a reduction goes over. */
export function reducedAxes(c: RuleContext): number[] {
  const dims = c.dims(c.x);
  const given = c.known(1);
  if (given === null || given.data.length === 0) {
    const none = intAttribute(c.node, 'noop_with_empty_axes', 0) === 1;
    return none ? [] : dims.map((_, axis) => axis);
  }
  return numbersOf(given).map((axis) => fromFront(axis, dims.length));
}

/** Height, width and the like: all axes behind batch and channels. */
export const positionAxes = (c: RuleContext): number[] =>
  c.dims(c.x).flatMap((_, axis) => (axis > 1 ? [axis] : []));

/** A result of a reduction with the reduced axes back, of length 1. */
export const withAxes = (c: RuleContext, name: string, axes: readonly number[]): string =>
  c.reshape(
    name,
    c.dims(c.x).map((dim, axis) => (axes.includes(axis) ? 1 : dim)),
  );

/** The number of elements along some axes of the first input. */
export const countOf = (c: RuleContext, axes: readonly number[]): number =>
  axes.reduce((count, axis) => count * at(c.dims(c.x), axis), 1);
