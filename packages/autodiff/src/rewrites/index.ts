import { consumersOf, node as makeNode, sizeOf, type Graph, type GraphNode } from '@espalier/onnx';
import type { GraphBuilder } from '../builder.js';
import { columnLayout, layoutDims, type Layout } from '../layout.js';
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
    return readers.length === 1 && !outputs.has(name) ? (readers[0] as GraphNode) : null;
  };
  const layouts = new Map<string, Layout>();
  const done = new Set<GraphNode>();
  for (const node of graph.nodes) {
    if (done.has(node)) continue;
    if (is(node, 'BatchNormalization')) lowerBatchNormalization(b, node);
    else if (is(node, 'Conv')) lowerConvolution(node);
    else if (is(node, 'Resize') && wantsProducts(node)) lowerToProducts(b, node);
    else b.add(node);
  }
  return layouts;

  function lowerConvolution(node: GraphNode): void {
    const weight = node.inputs[1] as string;
    const result = node.outputs[0] as string;
    const follower = only(result);
    const normalisation = follower !== null && is(follower, 'BatchNormalization') ? follower : null;
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
      return foldIntoConvolution(b, node, affineOf(b, normalisation), normalisation.outputs[0] as string);
    }
    b.add(node);
  }
}

const is = (node: GraphNode, opType: string): boolean => node.domain === '' && node.opType === opType;

/** scale (W * x + bias) + shift = (scale W) * x + (scale bias + shift). */
function foldIntoConvolution(b: GraphBuilder, node: GraphNode, affine: Affine, output: string): void {
  const [x, weight, bias] = node.inputs as [string, string, string?];
  const dims = b.dims(weight);
  const perFilter = b.reshape(affine.scale, [dims[0] as number, ...dims.slice(1).map(() => 1)]);
  const scaled = b.binary('Mul', weight, perFilter);
  const kept = bias !== undefined && bias !== '';
  const shift = kept ? b.binary('Add', b.binary('Mul', bias, affine.scale), affine.shift) : affine.shift;
  b.add({ ...makeNode('Conv', [x, scaled, shift], [output]), attributes: node.attributes });
}
