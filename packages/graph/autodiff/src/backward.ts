import {
  at,
  consumersOf,
  describeNode,
  OnnxError,
  stopsGradient,
  type GraphNode,
  outputOf,
} from '@espalier/onnx';
import { AutodiffError, UnsupportedOperatorError } from './errors.js';
import type { GraphBuilder } from './graph/builder.js';
import { broadcast, sameDims, type Dims } from './graph/dims.js';
import { ruleOf } from './rules/index.js';
import { formulaOf, type Formula, type Rule, type RuleContext } from './rules/rule.js';

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
  const consumers = consumersOf(forward);
  const readers = (name: string): readonly GraphNode[] => consumers.get(name) ?? [];
  const terms = new Map<string, string[]>([...seeds].map(([name, gradient]) => [name, [gradient]]));
  const gradientOf = (name: string): string | null => {
    const found = terms.get(name);
    return found === undefined ? null : b.total(found, b.dims(name));
  };

  for (const node of forward.toReversed()) {
    if (stopsGradient(node) || !node.inputs.some((name) => flows.has(name))) continue;
    const dys = node.outputs.map((output) => (output === '' ? null : gradientOf(output)));
    if (dys.every((dy) => dy === null)) continue;
    const rule = requireRule(node);
    const context = contextOf(b, node, dys, readers);
    node.inputs.forEach((name, index) => {
      const formula = flows.has(name) ? formulaOf(rule, index) : null;
      if (formula === null) return;
      terms.set(name, [...(terms.get(name) ?? []), evaluate(formula, context, name)]);
    });
  }
  return new Map(
    wanted.flatMap((name) => {
      const gradient = gradientOf(name);
      return gradient === null ? [] : [[name, gradient] as const];
    }),
  );
}

const REMEDY = 'freeze the stage that contains it';

function requireRule(node: GraphNode): Rule {
  const rule = ruleOf(node);
  if (rule !== null) return rule;
  throw new UnsupportedOperatorError(node.opType, describeNode(node), REMEDY, node.outputs[0]);
}

/** The gradient of an input, which a formula writes and which is summed to the input's shape here. */
function evaluate(formula: Formula, c: RuleContext, input: string): string {
  try {
    return undoBroadcast(c, formula(c), c.dims(input));
  } catch (error) {
    if (!(error instanceof AutodiffError) && !(error instanceof OnnxError)) throw error;
    throw new AutodiffError(`${error.message}; ${REMEDY}`, { cause: error, output: c.y });
  }
}

function undoBroadcast(c: RuleContext, gradient: string, dims: Dims): string {
  const given = c.dims(gradient);
  if (sameDims(broadcast(given, dims), given)) return c.sumTo(gradient, dims);
  throw new Error(
    `the rule of ${describeNode(c.node)} returns a gradient of shape [${given}] for an input of shape [${dims}]`,
  );
}

function contextOf(
  b: GraphBuilder,
  node: GraphNode,
  dys: readonly (string | null)[],
  readers: RuleContext['readers'],
): RuleContext {
  const input = (index: number): string => node.inputs[index] ?? '';
  return {
    ...b,
    node,
    x: input(0),
    a: input(0),
    b: input(1),
    y: outputOf(node),
    dy: dys[0] ?? '',
    dys,
    input,
    known: (index) => b.initializers.get(input(index)) ?? null,
    readers,
    output: (index, dims) => extraOutput(b, node, index, dims),
  };
}

/** Replaces the forward node by one that also produces its optional output `index`. */
function extraOutput(b: GraphBuilder, node: GraphNode, index: number, dims: Dims): string {
  const place = b.nodes.findIndex(({ outputs }) => outputs[0] === node.outputs[0]);
  const current = at(b.nodes, place);
  const known = current.outputs[index] ?? '';
  if (known !== '') return known;
  const name = b.declare(b.fresh(`${node.opType}${index}`), dims);
  const length = Math.max(index + 1, current.outputs.length);
  const outputs = Array.from({ length }, (_, i) => (i === index ? name : (current.outputs[i] ?? '')));
  b.replace(place, { ...current, outputs });
  return name;
}
