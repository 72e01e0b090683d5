import { float32, floatAttribute, sizeOf } from '@espalier/onnx';
import { planesOf } from '../../graph/dims.js';
import { axisOf } from '../axes.js';
import type { Rule, RuleContext } from '../rule.js';

const epsilonOf = (c: RuleContext): number => floatAttribute(c.node, 'epsilon', 1e-5);

/**
 * Layer normalisation (Ba et al., 2016) over the last axes: y = g x̂ + b with x̂ = (x - μ) / σ. With
 * d = g dy, dx = (d - mean(d) - x̂ mean(d x̂)) / σ, dg = Σ dy x̂ and db = Σ dy. The means over a row are
 * products with g, which cost no pass over the activations.
 */
export const layerNormalization: Rule = [
  (c) => {
    const { dims, axis, rows, width, dy, normal, product } = normalisedRows(c);
    const scale = c.reshape(c.b, [width, 1]);
    const mean = (name: string): string => c.mul(c.matMul(name, scale), 1 / width);
    const kept = dims.map((dim, i) => (i < axis ? dim : 1));
    const inverse = c.reshape(c.output(2, kept), [rows, 1]);
    const centred = c.sub(c.mul(dy, c.reshape(scale, [1, width])), mean(dy));
    return c.reshape(c.mul(c.sub(centred, c.mul(normal, mean(product))), inverse), dims);
  },
  (c) => c.reshape(c.sum(normalisedRows(c).product, [0]), c.dims(c.b)),
  (c) => c.reshape(c.sum(normalisedRows(c).dy, [0]), c.dims(c.input(2))),
];

/** x̂ and dy as [rows, width]. */
function normalisedRows(c: RuleContext) {
  const dims = c.dims(c.x);
  const axis = axisOf(c, -1);
  const shape = dims.slice(axis);
  const width = sizeOf(shape);
  const rows = sizeOf(dims) / width;
  // By one more run of the fused kernel, which is faster than a difference and a product.
  const ones = c.constant(float32(shape, new Float32Array(width).fill(1)), 'ones');
  const x = c.emit('LayerNormalization', [c.x, ones], dims, { axis, epsilon: epsilonOf(c) });
  const [dy, normal] = [c.reshape(c.dy, [rows, width]), c.reshape(x, [rows, width])];
  return { dims, axis, rows, width, dy, normal, product: c.mul(dy, normal) };
}

/**
 * Instance normalisation (Ulyanov et al., 2016): each channel of each example by itself, y = g x̂ + b.
 * The gradient is that of layer normalisation over the places, with one scale a channel.
 */
export const instanceNormalization: Rule = [
  (c) => {
    const { channels, dy, normal, deviation, product } = normalisedPlaces(c);
    const mean = (name: string): string => c.mean(name, [2], true);
    const apart = c.sub(c.sub(dy, mean(dy)), c.mul(normal, mean(product)));
    const scale = c.div(c.reshape(c.b, [1, channels, 1]), deviation);
    return c.reshape(c.mul(apart, scale), c.dims(c.x));
  },
  (c) => c.sum(normalisedPlaces(c).product, [0, 2]),
  (c) => c.sum(normalisedPlaces(c).dy, [0, 2]),
];

/** x̂ and dy as [batch, channels, places]. */
function normalisedPlaces(c: RuleContext) {
  const { batch, channels, places } = planesOf(c.dims(c.x));
  const shape = [batch, channels, sizeOf(places)];
  const [x, dy] = [c.reshape(c.x, shape), c.reshape(c.dy, shape)];
  const centred = c.sub(x, c.mean(x, [2], true));
  const variance = c.mean(c.square(centred), [2], true);
  const deviation = c.sqrt(c.add(variance, epsilonOf(c)));
  const normal = c.div(centred, deviation);
  return { channels, dy, deviation, normal, product: c.mul(dy, normal) };
}
