import { node as makeNode, stringAttribute, type GraphNode, inputOf, outputOf } from '@espalier/onnx';
import type { GraphBuilder } from '../graph/builder.js';
import { multiplyAxis } from '../rules/multiplyAxis.js';
import { matricesOf } from '../rules/shapes/resize.js';

/**
 * ONNX Runtime moves transposes past a cubic Resize, and then refuses to run it with the channels last: it is
 * written as the products that it is.
 */
export const wantsProducts = (node: GraphNode): boolean =>
  stringAttribute(node, 'mode', 'nearest') === 'cubic';

export function lowerToProducts(b: GraphBuilder, node: GraphNode): void {
  const [input, output] = [inputOf(node, 0), outputOf(node)];
  const scales = b.initializers.get(node.inputs[2] ?? '') ?? null;
  const y = matricesOf(node, b.dims(input), b.dims(output), scales).reduce(
    (x, { axis, from, to, weights }) => multiplyAxis(b, x, axis, { rows: to, columns: from, weights }),
    input,
  );
  b.append(makeNode('Identity', [y], [output]));
}
