import type { Graph, GraphNode } from '../graph/model.js';
import { factsOf, isOperator } from '../operators/index.js';
import { weightsOf } from './parameters.js';

/**
 * Names of the weights that scale and shift what a normalisation gives: those of the operators for it, and those
 * of one that is written out, where a vector scales what was divided by a root and another one shifts that.
 */
export function normalisationWeights(graph: Graph): Set<string> {
  const found = new Set<string>();
  /** Tensors by what they are: a root, what was divided by one, and what was scaled behind it. */
  const [roots, normalised, scaled] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const node of graph.nodes) {
    const { inputs, outputs } = node;
    const [output = ''] = outputs;
    const reads = (known: ReadonlySet<string>): boolean => inputs.some((name) => known.has(name));
    const vectors = weightsOf(node, graph).filter((name) => isVector(name, graph));
    const take = (): void => vectors.forEach((name) => found.add(name));
    if (factsOf(node).normalises === true) take();
    else if (isOperator(node, 'Sqrt')) roots.add(output);
    else if (isOperator(node, 'Reciprocal') && reads(roots)) roots.add(output);
    else if (divides(node, roots)) normalised.add(output);
    else if (isOperator(node, 'Mul') && reads(normalised) && vectors.length === 1) {
      take();
      scaled.add(output);
    } else if (isOperator(node, 'Add') && reads(scaled) && vectors.length === 1) take();
  }
  return found;
}

/** Divides by a root, or multiplies by its inverse. */
const divides = (node: GraphNode, roots: ReadonlySet<string>): boolean =>
  (isOperator(node, 'Div') && roots.has(node.inputs[1] ?? '')) ||
  (isOperator(node, 'Mul') && node.inputs.some((name) => roots.has(name)));

const isVector = (name: string, { initializers }: Graph): boolean =>
  (initializers.get(name)?.dims ?? []).filter((length) => length > 1).length === 1;
