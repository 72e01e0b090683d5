import { workOfGraph } from '@espalier/onnx';
import { suffixAt, type PreparedBackbone } from './backbone.js';
import { TRACED_ROWS } from './network.js';

/** Passes of a training step: the outputs, and the gradients of activations and of weights. */
const PASSES = 3;

/**
 * Counts the floating-point operations of a training step for one example, by the freeze depth.
 *
 * @param outputs of the head
 */
export function workByDepth(prepared: PreparedBackbone, outputs: number): number[] {
  const head = 2 * prepared.width * outputs;
  return Array.from({ length: prepared.stages.length + 1 }, (_, depth) => {
    const suffix = workOfGraph(suffixAt(prepared, depth).graph, prepared.tensors) / TRACED_ROWS;
    return Math.round(PASSES * (suffix + head));
  });
}
