import { float32, intAttribute, intsAttribute, sizeOf } from '@espalier/onnx';
import type { Dims } from '../builder.js';
import type { Rule, RuleContext } from '../rule.js';
import { dilate, zeros } from './shape.js';
import { offsetsOf, windowOf, type Window } from './window.js';

const poolWindow = (c: RuleContext): Window => {
  const output = c.b.dims(c.node.outputs[0] as string);
  return windowOf(c.node, intsAttribute(c.node, 'kernel_shape') ?? [], c.dims(0).slice(2), output.slice(2));
};

/** The forward node says where each maximum was; overlapping windows add up. */
export const maxPool: Rule = (c) => {
  const dims = c.dims(0);
  const out = c.b.dims(c.dy);
  const places = c.output(1, out);
  const flat = [sizeOf(dims)];
  const [indices, updates] = [places, c.dy].map((name) => c.b.reshape(name, [sizeOf(out)])) as [
    string,
    string,
  ];
  const summed = c.b.emit('ScatterElements', [zeros(c.b, flat), indices, updates], flat, {
    axis: 0,
    reduction: 'add',
  });
  return [c.b.reshape(summed, dims)];
};

/**
 * Each window spreads dy / count over the places it covers: the transposed sum, computed as a
 * stride-1 average of the dilated, padded gradient.
 */
export const averagePool: Rule = (c) => {
  const window = poolWindow(c);
  const [input, output] = [c.dims(0).slice(2), c.b.dims(c.dy).slice(2)];
  const area = sizeOf(window.kernel);
  const shares = c.b.constant(windowShares(c, window, input, output), 'shares');
  let gradient = c.b.binary('Mul', c.dy, shares);
  const before = [0, 0];
  const after = [0, 0];
  // Places behind the last window, which a stride leaves over; their gradient is zero. ONNX Runtime
  // fuses a padding into the pool after it and then refuses one as wide as the window.
  const left = [0, 0];
  window.kernel.forEach((size, i) => {
    gradient = dilate(c.b, gradient, i + 2, window.strides[i] as number);
    const reach = (size - 1) * (window.dilations[i] as number);
    before.push(reach - (window.padStart[i] as number));
    const missing =
      (input[i] as number) + reach - (before[i + 2] as number) - (c.b.dims(gradient)[i + 2] as number);
    after.push(Math.min(missing, reach));
    left.push(Math.max(0, missing - reach));
  });
  const padded = c.b.pad(gradient, [...before, ...after]);
  // The attribute `dilations` exists since operator set 19 only.
  const dilated = window.dilations.some((step) => step > 1);
  const covered = c.dims(0).map((dim, axis) => dim - (left[axis] as number));
  const spread = c.b.emit('AveragePool', [padded], covered, {
    kernel_shape: window.kernel,
    ...(dilated && { dilations: window.dilations }),
  });
  const gradients = c.b.binary('Mul', spread, c.b.scalar(area));
  return [c.b.pad(gradients, [...left.map(() => 0), ...left])];
};

/** 1 / number of elements each window averages over, [1, 1, ...output]. */
function windowShares(c: RuleContext, window: Window, input: Dims, output: Dims): ReturnType<typeof float32> {
  const includePad = intAttribute(c.node, 'count_include_pad', 0) === 1;
  const shares = offsetsOf(output).map((place) => {
    const counts = place.map((at, i) => {
      const start = at * (window.strides[i] as number) - (window.padStart[i] as number);
      const [low, high] = includePad
        ? [-(window.padStart[i] as number), (input[i] as number) + (window.padEnd[i] as number)]
        : [0, input[i] as number];
      const taps = Array.from(
        { length: window.kernel[i] as number },
        (_, k) => start + k * (window.dilations[i] as number),
      );
      return taps.filter((tap) => tap >= low && tap < high).length;
    });
    return 1 / sizeOf(counts);
  });
  return float32([1, 1, ...output], shares);
}
