import {
  consumersOf,
  isOperator,
  node as makeNode,
  sizeOf,
  type Graph,
  type GraphNode,
  inputOf,
  outputOf,
} from '@espalier/onnx';
import type { GraphBuilder } from '../graph/builder.js';
import { columnLayout, layoutDims, type Layout } from '../graph/layout.js';
import { affineOf, lowerBatchNormalization, type Affine } from './batchNormalization.js';
import { lowerToColumns, wantsColumns } from './convolution.js';
import { lowerToProducts, wantsProducts } from './resize.js';

/**
 * Adds the forward graph to `b` in the form that trains fastest, and returns the memory layouts of
 * the parameters it wants changed. The function computed stays the same.
 *
 * @param trainable names of the parameters, which `b` must know as declared tensors
 */
export function lowerForward(
  b: GraphBuilder,
  graph: Graph,
  trainable: ReadonlySet<string>,
): Map<string, Layout> {
  const consumers = consumersOf(graph.nodes);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const only = (name: string): GraphNode | null => {
    const readers = consumers.get(name) ?? [];
    const [reader = null] = readers;
    return readers.length === 1 && !outputs.has(name) ? reader : null;
  };
  const layouts = new Map<string, Layout>();
  const done = new Set<GraphNode>();
  for (const node of graph.nodes) {
    if (done.has(node)) continue;
    if (isRewritten(node)) lowerBatchNormalization(b, node);
    else if (isOperator(node, 'Conv')) lowerConvolution(node);
    else if (isOperator(node, 'Resize') && wantsProducts(node)) lowerToProducts(b, node);
    else b.append(node);
  }
  return layouts;

  function lowerConvolution(node: GraphNode): void {
    const [weight, result] = [inputOf(node, 1), outputOf(node)];
    const follower = only(result);
    const normalisation = follower !== null && isRewritten(follower) ? follower : null;
    if (trainable.has(weight) && only(weight) === node && wantsColumns(b, node)) {
      const layout = columnLayout(b.dims(weight).length);
      layouts.set(weight, layout);
      b.declare(weight, layoutDims(layout, b.dims(weight)));
      if (normalisation !== null) done.add(normalisation);
      const affine = normalisation === null ? null : affineOf(b, normalisation);
      return lowerToColumns(b, node, affine, normalisation?.outputs[0] ?? result);
    }
    // Folding costs passes over the weight and saves passes over the activations.
    if (normalisation !== null && sizeOf(b.dims(weight)) <= sizeOf(b.dims(result))) {
      done.add(normalisation);
      return foldIntoConvolution(b, node, affineOf(b, normalisation), outputOf(normalisation));
    }
    b.append(node);
  }
}

/** Tells whether a node gives way to others, which have gradient rules, whatever its form is. */
export const isRewritten = (node: GraphNode): boolean => isOperator(node, 'BatchNormalization');

/** scale (W * x + bias) + shift = (scale W) * x + (scale bias + shift). */
function foldIntoConvolution(b: GraphBuilder, node: GraphNode, affine: Affine, output: string): void {
  const [x, weight, bias = ''] = [inputOf(node, 0), inputOf(node, 1), node.inputs[2]];
  const dims = b.dims(weight);
  const scaled = b.mul(
    weight,
    b.reshape(
      affine.scale,
      dims.map((dim, axis) => (axis === 0 ? dim : 1)),
    ),
  );
  const shift = bias === '' ? affine.shift : b.add(b.mul(bias, affine.scale), affine.shift);
  b.append({ ...makeNode('Conv', [x, scaled, shift], [output]), attributes: node.attributes });
}
