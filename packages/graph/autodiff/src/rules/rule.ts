import type { GraphNode, Tensor } from '@espalier/onnx';
import type { Writer } from '../graph/algebra.js';
import type { Dims } from '../graph/dims.js';

/**
 * The node whose gradient a rule writes: its tensors by the names they have in formulas, and the operators to
 * write with, which take plain numbers too: `c.mul(c.dy, c.sub(1, c.y))`.
 */
export interface RuleContext extends Writer {
  readonly node: GraphNode;
  /** The first input. */
  readonly x: string;
  /** The first input, where there are two. */
  readonly a: string;
  /** The second input, such as the weight of a layer. */
  readonly b: string;
  /** The first output. */
  readonly y: string;
  /** Gradient of the loss with respect to the first output. */
  readonly dy: string;
  /** The same for every output; null where the loss does not depend on it. */
  readonly dys: readonly (string | null)[];
  /** Name of input `index`; empty for an optional one that is left out. */
  readonly input: (index: number) => string;
  /** Value of input `index` where that is constant, such as a shape, axes or pads; else null. */
  readonly known: (index: number) => Tensor | null;
  /** The forward nodes that read a tensor. */
  readonly readers: (name: string) => readonly GraphNode[];
  /** Makes the forward node produce its optional output `index`, of shape `dims`, and returns its name. */
  readonly output: (index: number, dims: Dims) => string;
}

/** Writes the gradient of one input and returns its name. */
export type Formula = (c: RuleContext) => string;

/**
 * The gradient rule of an operator: its vector-Jacobian product, as a formula an input. One formula alone is
 * that of the first input; null stands for an input that has no gradient; `each` is for any number of inputs.
 *
 * A formula is evaluated only where its gradient is wanted. It may have the shape of the output: the caller
 * sums it back to the input's where the operator broadcasts. Nodes that several formulas write are there once.
 */
export type Rule =
  Formula | readonly (Formula | null)[] | { readonly each: (c: RuleContext, index: number) => string };

/** The formula of one input; null where it has no gradient. */
export function formulaOf(rule: Rule, index: number): Formula | null {
  if (typeof rule === 'function') return index === 0 ? rule : null;
  if ('each' in rule) return (c) => rule.each(c, index);
  return rule[index] ?? null;
}
