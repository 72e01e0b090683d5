import {
  float32,
  floatAttribute,
  floatsOf,
  node as makeNode,
  type GraphNode,
  inputOf,
  outputOf,
} from '@espalier/onnx';
import type { GraphBuilder } from '../graph/builder.js';
import { planesOf } from '../graph/dims.js';

/** The map of each channel that a normalisation with frozen statistics is: y = scale x + shift; both [C]. */
export interface Affine {
  readonly scale: string;
  readonly shift: string;
}

const constantOf = (b: GraphBuilder, node: GraphNode, index: number): Float32Array | null => {
  const tensor = b.initializers.get(inputOf(node, index));
  return tensor?.dtype === 'float32' ? floatsOf(tensor) : null;
};

/**
 * The statistics of a pre-trained network stay as they are while scale and shift train: they
 * describe far more data than a small target set has (as `eval()` does in PyTorch).
 */
export function affineOf(b: GraphBuilder, node: GraphNode): Affine {
  const [mean, inverse] = statisticsOf(b, node);
  const scale = b.mul(inputOf(node, 1), inverse);
  return { scale, shift: b.sub(inputOf(node, 2), b.mul(mean, scale)) };
}

/** The mean and the inverse of the deviation; computed in the graph where the network computes them. */
function statisticsOf(b: GraphBuilder, node: GraphNode): [string, string] {
  const [mean, variance] = [constantOf(b, node, 3), constantOf(b, node, 4)];
  const epsilon = floatAttribute(node, 'epsilon', 1e-5);
  if (mean === null || variance === null) {
    return [inputOf(node, 3), b.div(1, b.sqrt(b.add(inputOf(node, 4), epsilon)))];
  }
  const vector = (data: Float32Array, hint: string): string => b.constant(float32([data.length], data), hint);
  const inverse = variance.map((v) => 1 / Math.sqrt(v + epsilon));
  return [vector(mean, 'running_mean'), vector(inverse, 'inverse_deviation')];
}

/** Writes y = scale x + shift in place of the normalisation. */
export function lowerBatchNormalization(b: GraphBuilder, node: GraphNode): void {
  const { scale, shift } = affineOf(b, node);
  const x = inputOf(node, 0);
  const { channels, places } = planesOf(b.dims(x));
  const perChannel = [channels, ...places.map(() => 1)];
  const scaled = b.mul(x, b.reshape(scale, perChannel));
  b.append(makeNode('Add', [scaled, b.reshape(shift, perChannel)], [outputOf(node)]));
}
