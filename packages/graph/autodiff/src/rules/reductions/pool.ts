import { at, float32, intAttribute, intsAttribute, sizeOf, type Tensor } from '@espalier/onnx';
import type { Dims } from '../../graph/dims.js';
import { dilate } from '../dilate.js';
import type { Rule, RuleContext } from '../rule.js';
import { offsetsOf, reachOf, windowOf, type Window } from '../window.js';

/** The forward node says where each maximum was; overlapping windows add up. */
export const maxPool: Rule = (c) => {
  const [dims, out] = [c.dims(c.x), c.dims(c.dy)];
  const indices = c.reshape(c.output(1, out), [sizeOf(out)]);
  const flat = [sizeOf(dims)];
  const updates = c.reshape(c.dy, [sizeOf(out)]);
  const attributes = { axis: 0, reduction: 'add' };
  return c.reshape(c.emit('ScatterElements', [c.zeros(flat), indices, updates], flat, attributes), dims);
};

/**
 * Each window spreads dy / count over the places it covers: the transposed sum, computed as a
 * stride-1 average of the dilated, padded gradient.
 */
export const averagePool: Rule = (c) => {
  const dims = c.dims(c.x);
  const [input, output] = [dims.slice(2), c.dims(c.dy).slice(2)];
  const window = windowOf(c.node, intsAttribute(c.node, 'kernel_shape') ?? [], input, output);
  const shares = c.constant(windowShares(c, window, input, output), 'shares');
  let gradient = c.mul(c.dy, shares);
  const before = [0, 0];
  const after = [0, 0];
  // Places behind the last window, which a stride leaves over; their gradient is zero. ONNX Runtime
  // fuses a padding into the pool after it and then refuses one as wide as the window.
  const left = [0, 0];
  input.forEach((length, i) => {
    gradient = dilate(c, gradient, i + 2, at(window.strides, i));
    const reach = reachOf(window, i);
    const first = reach - at(window.padStart, i);
    const missing = length + reach - first - at(c.dims(gradient), i + 2);
    before.push(first);
    after.push(Math.min(missing, reach));
    left.push(Math.max(0, missing - reach));
  });
  const covered = dims.map((dim, axis) => dim - at(left, axis));
  // The attribute `dilations` exists since operator set 19 only.
  const dilated = window.dilations.some((step) => step > 1);
  const spread = c.emit('AveragePool', [c.pad(gradient, [...before, ...after])], covered, {
    kernel_shape: window.kernel,
    ...(dilated && { dilations: window.dilations }),
  });
  return c.pad(c.mul(spread, sizeOf(window.kernel)), [...left.map(() => 0), ...left]);
};

/** 1 / number of elements each window averages over, [1, 1, ...output]. */
function windowShares(c: RuleContext, window: Window, input: Dims, output: Dims): Tensor {
  const includePad = intAttribute(c.node, 'count_include_pad', 0) === 1;
  const shares = offsetsOf(output).map((place) => {
    const counts = place.map((position, i) => {
      const [padStart, padEnd, length] = [at(window.padStart, i), at(window.padEnd, i), at(input, i)];
      const start = position * at(window.strides, i) - padStart;
      const [low, high] = includePad ? [-padStart, length + padEnd] : [0, length];
      const taps = Array.from(
        { length: at(window.kernel, i) },
        (_, k) => start + k * at(window.dilations, i),
      );
      return taps.filter((tap) => tap >= low && tap < high).length;
    });
    return 1 / sizeOf(counts);
  });
  return float32([1, 1, ...output], shares);
}
