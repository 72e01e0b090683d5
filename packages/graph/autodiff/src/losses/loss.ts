import type { Writer } from '../graph/algebra.js';

export interface LossNodes {
  /** A scalar. */
  readonly loss: string;
  /** Gradient of the loss with respect to the prediction. */
  readonly gradient: string;
}

/** A loss of predictions [N, outputs] against targets [N, {@link Loss.targetWidth}]. */
export interface Loss {
  /** Columns of the targets for so many outputs. */
  readonly targetWidth: (outputs: number) => number;
  /** Adds the loss and its gradient to a graph. */
  readonly nodes: (m: Writer, prediction: string, targets: string) => LossNodes;
}
