import type { GraphNode, Tensor } from '@espalier/onnx';
import type { Dims, GraphBuilder } from './builder.js';

/** What a gradient rule may look at and build with. */
export interface RuleContext {
  readonly node: GraphNode;
  readonly b: GraphBuilder;
  /** Gradient of the loss with respect to the node's first output. */
  readonly dy: string;
  /** The same for every output; `null` where the loss does not depend on it. */
  readonly dys: readonly (string | null)[];
  /** Whether the gradient of input `index` is wanted. */
  readonly needs: (index: number) => boolean;
  /** Shape of input `index`. */
  readonly dims: (index: number) => Dims;
  /** Name of input `index`; empty for an optional one that is left out. */
  readonly input: (index: number) => string;
  /** Value of input `index`, which must be constant: shapes, axes, pads. */
  readonly constant: (index: number) => Tensor | null;
  /** Makes the forward node produce its optional output `index`, of shape `dims`. */
  readonly output: (index: number, dims: Dims) => string;
}

/**
 * A gradient rule: the vector-Jacobian product of one operator. Returns the gradient of each input,
 * with that input's shape; `null` (or nothing) for inputs that are not wanted.
 */
export type Rule = (context: RuleContext) => readonly (string | null)[];
