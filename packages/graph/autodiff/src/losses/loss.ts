import type { Writer } from '../graph/algebra.js';

export interface LossNodes {
  /** A scalar; one for each head, [K], where predictions have a leading axis. */
  readonly loss: string;
  /** Gradient of the loss with respect to the prediction. */
  readonly gradient: string;
}

/**
 * A loss of predictions [N, outputs] against targets [N, {@link Loss.targetWidth}]. Both may have the leading
 * axis K of heads that train side by side; then each head has its own loss.
 */
export interface Loss {
  /** Columns of the targets for so many outputs. */
  readonly targetWidth: (outputs: number) => number;
  /** Adds the loss and its gradient to a graph. */
  readonly nodes: (m: Writer, prediction: string, targets: string) => LossNodes;
}
