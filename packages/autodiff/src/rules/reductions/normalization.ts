import { float32, floatAttribute, intAttribute, sizeOf } from '@espalier/onnx';
import type { Rule, RuleContext } from '../rule.js';

/**
 * Layer normalisation (Ba et al., 2016) over the last axes: y = g x̂ + b with x̂ = (x - μ) / σ. With
 * d = g dy, dx = (d - mean(d) - x̂ mean(d x̂)) / σ, dg = Σ dy x̂ and db = Σ dy. The means over a row are
 * products with g, which cost no pass over the activations.
 */
export const layerNormalization: Rule = (c) => {
  const { b } = c;
  const dims = c.dims(0);
  const axis = intAttribute(c.node, 'axis', -1);
  const first = axis < 0 ? axis + dims.length : axis;
  const width = sizeOf(dims.slice(first));
  const rows = sizeOf(dims) / width;
  const flat = (name: string): string => b.reshape(name, [rows, width]);
  const dy = flat(c.dy);
  const normal = flat(normalised(c, first));
  const product = b.binary('Mul', dy, normal);
  const dx = (): string => {
    const kept = dims.map((dim, i) => (i < first ? dim : 1));
    const inverse = b.reshape(c.output(2, kept), [rows, 1]);
    const scale = b.reshape(c.input(1), [width, 1]);
    const perRow = (name: string): string => {
      const sum = b.matMul(name, scale, [rows, 1]);
      return b.binary('Mul', sum, b.scalar(1 / width));
    };
    const scaled = b.binary('Mul', dy, b.reshape(scale, [1, width]));
    const centred = b.binary('Sub', scaled, perRow(dy));
    const apart = b.binary('Sub', centred, b.binary('Mul', normal, perRow(product)));
    return b.reshape(b.binary('Mul', apart, inverse), dims);
  };
  return [
    c.needs(0) ? dx() : null,
    c.needs(1) ? b.reshape(b.sum(product, [0]), c.dims(1)) : null,
    c.input(2) !== '' && c.needs(2) ? b.reshape(b.sum(dy, [0]), c.dims(2)) : null,
  ];
};

/** x̂, by one more run of the fused kernel, which is faster than a difference and a product. */
function normalised(c: RuleContext, first: number): string {
  const shape = c.dims(0).slice(first);
  const ones = c.b.constant(float32(shape, new Float32Array(sizeOf(shape)).fill(1)), 'ones');
  return c.b.emit('LayerNormalization', [c.input(0), ones], c.dims(0), {
    axis: first,
    epsilon: floatAttribute(c.node, 'epsilon', 1e-5),
  });
}

/**
 * Instance normalisation (Ulyanov et al., 2016): each channel of each example by itself, y = g x̂ + b.
 * The gradient is that of layer normalisation over the places, with one scale a channel.
 */
export const instanceNormalization: Rule = (c) => {
  const { b } = c;
  const dims = c.dims(0);
  const [batch, channels] = dims as [number, number];
  const places = sizeOf(dims) / (batch * channels);
  const shape = [batch, channels, places];
  const x = b.reshape(c.input(0), shape);
  const dy = b.reshape(c.dy, shape);
  const mean = (name: string): string =>
    b.emit('ReduceMean', [name, b.ints([2])], [batch, channels, 1], { keepdims: 1 });
  const centred = b.binary('Sub', x, mean(x));
  const variance = mean(b.binary('Mul', centred, centred));
  const epsilon = b.scalar(floatAttribute(c.node, 'epsilon', 1e-5));
  const deviation = b.unary('Sqrt', b.binary('Add', variance, epsilon));
  const normal = b.binary('Div', centred, deviation);
  const product = b.binary('Mul', dy, normal);
  const dx = (): string => {
    const apart = b.binary('Sub', b.binary('Sub', dy, mean(dy)), b.binary('Mul', normal, mean(product)));
    const scale = b.binary('Div', b.reshape(c.input(1), [1, channels, 1]), deviation);
    return b.reshape(b.binary('Mul', apart, scale), dims);
  };
  return [
    c.needs(0) ? dx() : null,
    c.needs(1) ? b.sum(product, [0, 2]) : null,
    c.needs(2) ? b.sum(dy, [0, 2]) : null,
  ];
};
