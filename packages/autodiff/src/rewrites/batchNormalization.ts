import { floatAttribute, node as makeNode, type GraphNode, type Tensor } from '@espalier/onnx';
import type { GraphBuilder } from '../builder.js';

/** What a normalisation with frozen statistics does to a channel: y = scale x + shift; both [C]. */
export interface Affine {
  readonly scale: string;
  readonly shift: string;
}

const constantOf = (b: GraphBuilder, node: GraphNode, index: number): Float32Array | null => {
  const tensor = b.initializers.get(node.inputs[index] as string);
  return tensor?.dtype === 'float32' ? (tensor.data as Float32Array) : null;
};

/**
 * The statistics of a pre-trained network stay as they are while scale and shift train: they
 * describe far more data than a small target set has (as `eval()` does in PyTorch).
 */
export function affineOf(b: GraphBuilder, node: GraphNode): Affine {
  const [mean, inverse] = statisticsOf(b, node);
  const scale = b.binary('Mul', node.inputs[1] as string, inverse);
  const moved = b.binary('Mul', mean, scale);
  return { scale, shift: b.binary('Sub', node.inputs[2] as string, moved) };
}

/** The mean and the inverse of the deviation; computed in the graph where the network computes them. */
function statisticsOf(b: GraphBuilder, node: GraphNode): [string, string] {
  const [mean, variance] = [constantOf(b, node, 3), constantOf(b, node, 4)];
  const epsilon = floatAttribute(node, 'epsilon', 1e-5);
  if (mean === null || variance === null) {
    const root = b.unary('Sqrt', b.binary('Add', node.inputs[4] as string, b.scalar(epsilon)));
    return [node.inputs[3] as string, b.unary('Reciprocal', root)];
  }
  const tensor = (data: Float32Array): Tensor => ({ dtype: 'float32', dims: [data.length], data });
  const inverse = b.constant(tensor(variance.map((v) => 1 / Math.sqrt(v + epsilon))), 'inverse_deviation');
  return [b.constant(tensor(mean), 'running_mean'), inverse];
}

/** Writes y = scale x + shift in place of the normalisation. */
export function lowerBatchNormalization(b: GraphBuilder, node: GraphNode): void {
  const { scale, shift } = affineOf(b, node);
  const x = node.inputs[0] as string;
  const dims = b.dims(x);
  const perChannel = [dims[1] as number, ...dims.slice(2).map(() => 1)];
  const scaled = b.binary('Mul', x, b.reshape(scale, perChannel));
  b.add(makeNode('Add', [scaled, b.reshape(shift, perChannel)], [node.outputs[0] as string]));
}
