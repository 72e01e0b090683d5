import { node as makeNode, stringAttribute, type GraphNode } from '@espalier/onnx';
import type { GraphBuilder } from '../builder.js';
import { axesOf, multiplyAxis } from '../rules/resize.js';

/**
 * ONNX Runtime moves transposes past a cubic Resize, and then refuses to run it with the channels last: it is
 * written as the products that it is.
 */
export const wantsProducts = (node: GraphNode): boolean =>
  stringAttribute(node, 'mode', 'nearest') === 'cubic';

export function lowerToProducts(b: GraphBuilder, node: GraphNode): void {
  const y = axesOf(b, node).reduce(
    (x, { axis, from, to, weights }) => multiplyAxis(b, x, axis, { rows: to, columns: from, weights }),
    node.inputs[0] as string,
  );
  b.add(makeNode('Identity', [y], [node.outputs[0] as string]));
}
