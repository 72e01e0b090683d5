import { describeNode, OnnxError, type GraphNode } from '@espalier/onnx';
import type { Dims, GraphBuilder } from './builder.js';
import { AutodiffError, UnsupportedOperatorError } from './errors.js';
import type { RuleContext } from './rule.js';
import { rules } from './rules/index.js';

/** Operators whose result does not change, or changes by jumps, with their inputs: no gradient flows. */
const withoutGradient = new Set([
  'Shape',
  'Size',
  'ConstantOfShape',
  'Range',
  'Equal',
  'Greater',
  'GreaterOrEqual',
  'Less',
  'LessOrEqual',
  'And',
  'Or',
  'Not',
  'Sign',
  'Floor',
  'Ceil',
  'Round',
  'ArgMax',
  'ArgMin',
  'NonZero',
  'OneHot',
  'EyeLike',
  'Xor',
  'IsNaN',
  'IsInf',
]);

export const stopsGradient = (node: GraphNode): boolean =>
  node.domain === '' && withoutGradient.has(node.opType);

export const hasRule = (node: GraphNode): boolean => node.domain === '' && node.opType in rules;

/** Tensors that change with `sources` in a way a gradient can follow. */
export function varying(nodes: readonly GraphNode[], sources: Iterable<string>): Set<string> {
  const found = new Set(sources);
  for (const node of nodes) {
    if (stopsGradient(node) || !node.inputs.some((name) => found.has(name))) continue;
    for (const output of node.outputs) if (output !== '') found.add(output);
  }
  return found;
}

/**
 * Reverse-mode differentiation: adds to `b` the nodes that compute the gradient of the loss with
 * respect to `wanted`.
 *
 * @param seeds gradients of the loss with respect to some tensors of the graph, usually the logits
 * @returns the name of each wanted tensor's gradient; tensors the loss does not depend on are absent
 * @throws UnsupportedOperatorError where an operator on the way has no rule
 */
export function differentiate(
  b: GraphBuilder,
  seeds: ReadonlyMap<string, string>,
  wanted: readonly string[],
): Map<string, string> {
  const forward = [...b.nodes];
  const flows = varying(forward, wanted);
  const pending = new Map<string, string[]>([...seeds].map(([name, gradient]) => [name, [gradient]]));
  const summed = new Map<string, string>();
  const gradientOf = (name: string): string | null => {
    const known = summed.get(name);
    if (known !== undefined) return known;
    const terms = pending.get(name);
    if (terms === undefined) return null;
    const total = terms.length === 1 ? (terms[0] as string) : b.emit('Sum', terms, b.dims(name));
    summed.set(name, total);
    return total;
  };

  for (const node of forward.toReversed()) {
    if (stopsGradient(node) || !node.inputs.some((name) => flows.has(name))) continue;
    const dys = node.outputs.map((output) => (output === '' ? null : gradientOf(output)));
    if (dys.every((dy) => dy === null)) continue;
    const gradients = applyRule(b, node, dys, flows);
    node.inputs.forEach((name, i) => {
      const gradient = gradients[i];
      if (gradient == null || !flows.has(name)) return;
      pending.set(name, [...(pending.get(name) ?? []), gradient]);
    });
  }
  const results = wanted.map((name) => [name, gradientOf(name)] as const);
  return new Map(results.filter((entry): entry is [string, string] => entry[1] !== null));
}

function applyRule(
  b: GraphBuilder,
  node: GraphNode,
  dys: readonly (string | null)[],
  flows: ReadonlySet<string>,
): readonly (string | null)[] {
  const rule = hasRule(node) ? rules[node.opType] : undefined;
  if (rule === undefined) {
    throw new UnsupportedOperatorError(
      node.opType,
      describeNode(node),
      'freeze the stage it is in',
      node.outputs[0],
    );
  }
  const dy = dys[0];
  if (dy == null && node.outputs.length === 1)
    throw new AutodiffError(`${describeNode(node)} has no gradient`);
  try {
    return rule(contextOf(b, node, dys, flows));
  } catch (error) {
    if (!(error instanceof AutodiffError) && !(error instanceof OnnxError)) throw error;
    const [output] = node.outputs;
    throw new AutodiffError(error.message, { cause: error, ...(output !== undefined && { output }) });
  }
}

function contextOf(
  b: GraphBuilder,
  node: GraphNode,
  dys: readonly (string | null)[],
  flows: ReadonlySet<string>,
): RuleContext {
  const input = (index: number): string => node.inputs[index] ?? '';
  return {
    node,
    b,
    dy: dys[0] ?? '',
    dys,
    input,
    needs: (index) => flows.has(input(index)),
    dims: (index) => b.dims(input(index)),
    constant: (index) => b.initializers.get(input(index)) ?? null,
    output: (index, dims) => extraOutput(b, node, index, dims),
  };
}

/** Replaces the forward node by one that also produces its optional output `index`. */
function extraOutput(b: GraphBuilder, node: GraphNode, index: number, dims: Dims): string {
  const place = b.nodes.findIndex(({ outputs }) => outputs[0] === node.outputs[0]);
  const current = b.nodes[place] as GraphNode;
  const known = current.outputs[index] ?? '';
  if (known !== '') return known;
  const outputs = Array.from(
    { length: Math.max(index + 1, current.outputs.length) },
    (_, i) => current.outputs[i] ?? '',
  );
  outputs[index] = b.fresh(`${node.opType}${index}`);
  b.nodes[place] = { ...current, outputs };
  return b.declare(outputs[index], dims);
}
