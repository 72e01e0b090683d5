import type { Writer } from '../graph/algebra.js';

/**
 * Tensors an optimizer updates one parameter with. Scalars have shape [1]; for parameters [K, ...] of K heads
 * that train side by side they are [K, 1, 1], one for each head.
 */
export interface UpdateContext {
  readonly m: Writer;
  readonly parameter: string;
  readonly gradient: string;
  /** One tensor of the parameter's shape for each of the optimizer's states. */
  readonly state: readonly string[];
  readonly learningRate: string;
  /** Strength of the weight decay; `null` for parameters that do not decay. */
  readonly weightDecay: string | null;
  /** The optimizer's own scalars, as `scalars` computes them. */
  readonly scalars: readonly string[];
}

export interface Update {
  readonly parameter: string;
  readonly state: readonly string[];
}

/** A way for parameters to follow their gradients; each is one file. */
export interface Optimizer {
  /** Names of the tensors kept for each parameter, zero at first. */
  readonly state: readonly string[];
  /** The number of scalars that change with the step. */
  readonly scalarCount: number;
  /** Their values at step 1, 2, ... */
  readonly scalars: (step: number) => readonly number[];
  /** Adds the update to the graph. */
  readonly update: (context: UpdateContext) => Update;
}
