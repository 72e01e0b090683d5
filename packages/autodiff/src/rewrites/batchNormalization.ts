import { floatAttribute, node as makeNode, type GraphNode, type Tensor } from '@espalier/onnx';
import type { GraphBuilder } from '../builder.js';
import { AutodiffError } from '../errors.js';

/** What a normalisation with frozen statistics does to a channel: y = scale x + shift; both [C]. */
export interface Affine {
  readonly scale: string;
  readonly shift: string;
}

const constantOf = (b: GraphBuilder, node: GraphNode, index: number): Float32Array => {
  const tensor = b.initializers.get(node.inputs[index] as string);
  if (tensor?.dtype !== 'float32') {
    throw new AutodiffError(
      `BatchNormalization '${node.name}' computes its statistics; they must be constants`,
    );
  }
  return tensor.data as Float32Array;
};

/**
 * The statistics of a pre-trained network stay as they are while scale and shift train: they
 * describe far more data than a small target set has (as `eval()` does in PyTorch).
 */
export function affineOf(b: GraphBuilder, node: GraphNode): Affine {
  const [mean, variance] = [constantOf(b, node, 3), constantOf(b, node, 4)];
  const epsilon = floatAttribute(node, 'epsilon', 1e-5);
  const channels = [mean.length];
  const tensor = (values: Float32Array): Tensor => ({ dtype: 'float32', dims: channels, data: values });
  const inverse = b.constant(tensor(variance.map((v) => 1 / Math.sqrt(v + epsilon))), 'inverse_deviation');
  const scale = b.binary('Mul', node.inputs[1] as string, inverse);
  const moved = b.binary('Mul', b.constant(tensor(mean), 'running_mean'), scale);
  return { scale, shift: b.binary('Sub', node.inputs[2] as string, moved) };
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
