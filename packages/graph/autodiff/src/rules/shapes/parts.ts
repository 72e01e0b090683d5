import { at, describeNode, fromFront, numbersOf } from '@espalier/onnx';
import { AutodiffError } from '../../errors.js';
import { axisOf } from '../axes.js';
import { dilate } from '../dilate.js';
import type { Rule } from '../rule.js';

export const concat: Rule = {
  each: (c, index) => {
    const axis = axisOf(c, 0);
    const lengths = c.node.inputs.map((name) => at(c.dims(name), axis));
    const start = lengths.slice(0, index).reduce((sum, length) => sum + length, 0);
    return c.slice(c.dy, [axis], [start], [start + at(lengths, index)]);
  },
};

export const split: Rule = (c) =>
  c.concat(
    c.node.outputs.map((output, i) => c.dys[i] ?? c.zeros(c.dims(output))),
    axisOf(c, 0),
  );

/** Set apart as the slice's steps were, and padded by what it left out at both ends. */
export const slice: Rule = (c) => {
  const from = c.dims(c.x);
  const [starts, axes, steps] = [c.known(1), c.known(3), c.known(4)];
  if (starts === null) throw new AutodiffError(`${describeNode(c.node)} has a start that the graph computes`);
  const places = numbersOf(starts);
  const chosen = axes === null ? places.map((_, i) => i) : numbersOf(axes);
  const strides = steps === null ? places.map(() => 1) : numbersOf(steps);
  const pads = from.flatMap(() => [0, 0]);
  let gradient = c.dy;
  chosen.forEach((given, i) => {
    const axis = fromFront(given, from.length);
    const [length, count, step] = [at(from, axis), at(c.dims(c.dy), axis), at(strides, i)];
    const start = Math.min(Math.max(fromFront(at(places, i), length), 0), step < 0 ? length - 1 : length);
    if (step < 0) gradient = c.flip(gradient, [axis]);
    const first = step < 0 ? start + (count - 1) * step : start;
    gradient = dilate(c, gradient, axis, Math.abs(step));
    pads[axis] = first;
    pads[axis + from.length] = length - first - at(c.dims(gradient), axis);
  });
  return c.pad(gradient, pads);
};
