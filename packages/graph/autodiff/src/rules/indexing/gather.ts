import { at, describeNode, fromFront, int64, intAttribute, numbersOf, sizeOf } from '@espalier/onnx';
import { AutodiffError } from '../../errors.js';
import { axisOf } from '../axes.js';
import type { Rule, RuleContext } from '../rule.js';
import { addRows } from './addRows.js';

const INT64 = 7;

/** Adds each row of dy to the row it was taken from. */
export const gather: Rule = (c) => {
  const dims = c.dims(c.x);
  const axis = axisOf(c, 0);
  const length = at(dims, axis);
  const count = sizeOf(c.dims(c.input(1)));
  const rows = c.reshape(c.dy, [...dims.slice(0, axis), count, ...dims.slice(axis + 1)]);
  return addRows(c, rows, axis, length, column(c, length, count));
};

/** Indices as a column [count, 1]; negative ones count from the end. */
function column(c: RuleContext, length: number, count: number): string {
  const known = c.known(1);
  if (known !== null) {
    const values = numbersOf(known).map((place) => fromFront(place, length));
    return c.constant(int64(values, [count, 1]), 'indices');
  }
  const wide = c.emit('Cast', [c.reshape(c.input(1), [count, 1])], [count, 1], { to: INT64 });
  return wrapped(c, wide, c.ints([length]));
}

/** Negative indices counted from the end. */
const wrapped = (c: RuleContext, indices: string, lengths: string): string =>
  c.emit('Mod', [c.add(indices, lengths), lengths], c.dims(indices));

/** Adds each element to the place it was taken from along an axis. */
export const gatherElements: Rule = (c) => {
  const dims = c.dims(c.x);
  const attributes = { axis: axisOf(c, 0), reduction: 'add' };
  return c.emit('ScatterElements', [c.zeros(dims), c.input(1), c.dy], dims, attributes);
};

/** Adds each slice of dy to the place it was taken from; the first axes of both may be a batch. */
export const gatherND: Rule = (c) => {
  const dims = c.dims(c.x);
  const indices = c.input(1);
  if (intAttribute(c.node, 'batch_dims', 0) > 0) {
    throw new AutodiffError(
      `${describeNode(c.node)} has batch dimensions, for which there is no gradient rule`,
    );
  }
  const depth = at(c.dims(indices), -1);
  const outer = dims.slice(0, depth);
  const strides = outer.map((_, i) => sizeOf(outer.slice(i + 1)));
  const places = c.mul(wrapped(c, indices, c.ints(outer)), c.ints(strides));
  const count = sizeOf(c.dims(indices)) / depth;
  const column = c.reshape(c.sum(places, [c.dims(places).length - 1]), [count, 1]);
  const rows = c.reshape(c.dy, [count, sizeOf(dims.slice(depth))]);
  return c.reshape(addRows(c, rows, 0, sizeOf(outer), column), dims);
};
