import {
  float32,
  int64,
  intAttribute,
  intsAttribute,
  numbersOf,
  sizeOf,
  stringAttribute,
} from '@espalier/onnx';
import type { Dims, GraphBuilder } from '../builder.js';
import { AutodiffError } from '../errors.js';
import type { Rule, RuleContext } from '../rule.js';

/** Reshape, Flatten, Squeeze, Unsqueeze: the same elements in another shape. */
export const reshape: Rule = (c) => [c.b.reshape(c.dy, c.dims(0))];

export const transpose: Rule = (c) => {
  const perm = intsAttribute(c.node, 'perm') ?? c.dims(0).map((_, i, all) => all.length - 1 - i);
  return [
    c.b.transpose(
      c.dy,
      perm.map((_, axis) => perm.indexOf(axis)),
    ),
  ];
};

export const expand: Rule = (c) => [c.b.sumTo(c.dy, c.dims(0))];

const axisOf = (c: RuleContext, fallback: number): number => {
  const axis = intAttribute(c.node, 'axis', fallback);
  return axis < 0 ? axis + c.dims(0).length : axis;
};

export const concat: Rule = (c) => {
  const axis = axisOf(c, 0);
  let start = 0;
  return c.node.inputs.map((_, i) => {
    const from = start;
    start += c.dims(i)[axis] as number;
    return c.needs(i) ? c.b.slice(c.dy, [axis], [from], [start]) : null;
  });
};

/** Zeros of a shape, made when they are needed and not stored. */
export const zeros = (b: GraphBuilder, dims: Dims): string =>
  b.emit('ConstantOfShape', [b.ints(dims)], dims, { value: float32([1], [0]) });

export const split: Rule = (c) => {
  const parts = c.node.outputs.map((output, i) => c.dys[i] ?? zeros(c.b, c.b.dims(output)));
  return [c.b.concat(parts, axisOf(c, 0))];
};

/** Puts `step - 1` zeros between neighbours along `axis`: length n becomes (n - 1) step + 1. */
export function dilate(b: GraphBuilder, input: string, axis: number, step: number): string {
  const dims = b.dims(input);
  const length = dims[axis] as number;
  if (step === 1 || length === 1) return input;
  const before = dims.slice(0, axis);
  const after = dims.slice(axis + 1);
  const apart = b.reshape(input, [...before, length, 1, ...after]);
  const pads = Array.from({ length: 2 * (dims.length + 1) }, () => 0);
  pads[dims.length + 1 + axis + 1] = step - 1;
  const wide = b.reshape(b.pad(apart, pads), [...before, length * step, ...after]);
  return b.slice(wide, [axis], [0], [(length - 1) * step + 1]);
}

export const slice: Rule = (c) => {
  const from = c.dims(0);
  const [starts, axes, steps] = [c.constant(1), c.constant(3), c.constant(4)];
  if (starts === null) throw new AutodiffError(`Slice '${c.node.name}' starts at a computed place`);
  const places = numbersOf(starts);
  const chosen = axes === null ? places.map((_, i) => i) : numbersOf(axes);
  const strides = steps === null ? places.map(() => 1) : numbersOf(steps);
  const pads = Array.from({ length: 2 * from.length }, () => 0);
  let gradient = c.dy;
  chosen.forEach((given, i) => {
    const axis = given < 0 ? given + from.length : given;
    const length = from[axis] as number;
    const count = c.b.dims(c.dy)[axis] as number;
    const step = strides[i] as number;
    const place = (places[i] as number) < 0 ? (places[i] as number) + length : (places[i] as number);
    const start = Math.min(Math.max(place, 0), step < 0 ? length - 1 : length);
    if (step < 0) gradient = c.b.flip(gradient, [axis]);
    const first = step < 0 ? start + (count - 1) * step : start;
    gradient = dilate(c.b, gradient, axis, Math.abs(step));
    pads[axis] = first;
    pads[axis + from.length] = length - first - (c.b.dims(gradient)[axis] as number);
  });
  return [c.b.pad(gradient, pads)];
};

/** Adds each row of dy to the row it was taken from. */
export const gather: Rule = (c) => {
  const dims = c.dims(0);
  const axis = axisOf(c, 0);
  const length = dims[axis] as number;
  const count = sizeOf(c.dims(1));
  const flat = c.b.reshape(c.dy, [...dims.slice(0, axis), count, ...dims.slice(axis + 1)]);
  return [scattered(c, flat, axis, length, wrapIndices(c, length, count))];
};

/**
 * Adds the slices of a gradient along an axis up, each at its place.
 *
 * @param indices their places as a column, each of 0 to length - 1
 */
export function scattered(c: RuleContext, dy: string, axis: number, length: number, indices: string): string {
  const dims = c.b.dims(dy);
  const rest = [...dims.slice(0, axis), ...dims.slice(axis + 1)];
  const toFront = [axis, ...dims.map((_, i) => i).filter((i) => i !== axis)];
  const rows = axis === 0 ? dy : c.b.transpose(dy, toFront);
  const summed = c.b.emit('ScatterND', [zeros(c.b, [length, ...rest]), indices, rows], [length, ...rest], {
    reduction: 'add',
  });
  if (axis === 0) return summed;
  return c.b.transpose(
    summed,
    toFront.map((_, i) => toFront.indexOf(i)),
  );
}

/** Indices as a column [count, 1]; negative ones count from the end. */
function wrapIndices(c: RuleContext, length: number, count: number): string {
  const constant = c.constant(1);
  if (constant !== null) {
    const values = numbersOf(constant).map((i) => (i < 0 ? i + length : i));
    return c.b.constant(int64(values, [count, 1]), 'indices');
  }
  const column = c.b.reshape(c.input(1), [count, 1]);
  const wide = c.b.emit('Cast', [column], [count, 1], { to: 7 });
  return c.b.emit('Mod', [c.b.binary('Add', wide, c.b.ints([length])), c.b.ints([length])], [count, 1]);
}

/** Adds each slice of dy to the place it was taken from; the first axes of both may be a batch. */
export const gatherND: Rule = (c) => {
  const dims = c.dims(0);
  const batchAxes = intAttribute(c.node, 'batch_dims', 0);
  if (batchAxes > 0) {
    throw new AutodiffError(`GatherND '${c.node.name}' goes through a batch, whose gradient is not known`);
  }
  const places = wrapPlaces(c);
  return [
    c.b.emit('ScatterND', [zeros(c.b, dims), places, c.dy], dims, {
      reduction: 'add',
    }),
  ];
};

/** Indices of GatherND, negative ones counted from the end; ScatterND adds wrong where they are not. */
function wrapPlaces(c: RuleContext): string {
  const depth = c.dims(1).at(-1) as number;
  const lengths = c.b.ints(c.dims(0).slice(0, depth));
  const shifted = c.b.binary('Add', c.input(1), lengths);
  return c.b.emit('Mod', [shifted, lengths], c.dims(1));
}

/**
 * What is overwritten has no gradient, and what overwrites it takes it over. How many places that are may
 * depend on the data, such as the zeros of a mask.
 */
export const scatterND: Rule = (c) => {
  if (stringAttribute(c.node, 'reduction', 'none') !== 'none') {
    throw new AutodiffError(`ScatterND '${c.node.name}' combines values, whose gradient is not known`);
  }
  const [indices, updates] = [c.input(1), c.input(2)];
  const cleared = (): string => {
    const shape = c.b.emit('Shape', [updates], [c.dims(2).length]);
    const nothing = c.b.emit('ConstantOfShape', [shape], c.dims(2), {
      value: float32([1], [0]),
    });
    return c.b.emit('ScatterND', [c.dy, indices, nothing], c.dims(0));
  };
  return [
    c.needs(0) ? cleared() : null,
    null,
    c.needs(2) ? c.b.emit('GatherND', [c.dy, indices], c.dims(2)) : null,
  ];
};

/** What is overwritten gets nothing; what is written gets the gradient of its place. */
export const scatterElements: Rule = (c) => {
  if (stringAttribute(c.node, 'reduction', 'none') !== 'none') {
    throw new AutodiffError(`ScatterElements '${c.node.name}' combines values, whose gradient is not known`);
  }
  const [indices, axis] = [c.input(1), axisOf(c, 0)];
  const cleared = (): string =>
    c.b.emit('ScatterElements', [c.dy, indices, zeros(c.b, c.dims(2))], c.dims(0), { axis });
  return [
    c.needs(0) ? cleared() : null,
    null,
    c.needs(2) ? c.b.emit('GatherElements', [c.dy, indices], c.dims(2), { axis }) : null,
  ];
};

/** Pixels of a block go back to channels, in the order in which they came from there. */
export const depthToSpace: Rule = (c) => {
  const block = intAttribute(c.node, 'blocksize', 1);
  const [batch, channels, height, width] = c.dims(0) as [number, number, number, number];
  const left = channels / (block * block);
  const apart = c.b.reshape(c.dy, [batch, left, height, block, width, block]);
  const columnsFirst = stringAttribute(c.node, 'mode', 'DCR') === 'CRD';
  const perm = columnsFirst ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4];
  return [c.b.reshape(c.b.transpose(apart, perm), c.dims(0))];
};

export const spaceToDepth: Rule = (c) => {
  const blocksize = intAttribute(c.node, 'blocksize', 1);
  return [c.b.emit('DepthToSpace', [c.dy], c.dims(0), { blocksize })];
};

/** GatherElements takes one element at each index; each goes back to its place. */
export const gatherElements: Rule = (c) => {
  const axis = axisOf(c, 0);
  const dims = c.dims(0);
  return [
    c.b.emit('ScatterElements', [zeros(c.b, dims), c.input(1), c.dy], dims, {
      axis,
      reduction: 'add',
    }),
  ];
};

/** Sums the copies: as [repeats, length] for each axis. */
export const tile: Rule = (c) => {
  const dims = c.dims(0);
  const repeats = c.constant(1);
  if (repeats === null) throw new AutodiffError(`Tile '${c.node.name}' repeats a computed number of times`);
  const apart = numbersOf(repeats).flatMap((count, axis) => [count, dims[axis] as number]);
  const copies = dims.map((_, axis) => 2 * axis);
  return [c.b.sum(c.b.reshape(c.dy, apart), copies)];
};

/** A running sum's gradient is a running sum from the other end. */
export const cumSum: Rule = (c) => {
  const reverse = 1 - intAttribute(c.node, 'reverse', 0);
  const exclusive = intAttribute(c.node, 'exclusive', 0);
  return [c.b.emit('CumSum', [c.dy, c.input(1)], c.dims(0), { reverse, exclusive })];
};

/** Keeps the gradient of the triangle that was kept. */
export const trilu: Rule = (c) => {
  const inputs = c.input(1) === '' ? [c.dy] : [c.dy, c.input(1)];
  return [
    c.b.emit('Trilu', inputs, c.dims(0), {
      upper: intAttribute(c.node, 'upper', 1),
    }),
  ];
};
