import { headNames, node, type Model } from '@espalier/onnx';
import { createBuilder, type GraphBuilder } from '../graph/builder.js';
import type { TrainingGraphOptions, TrainingParameter } from '../step/forward.js';
import { stepNames } from '../step/names.js';

/** Linear heads that train side by side on the same features. */
export interface HeadsGraphOptions extends Pick<
  TrainingGraphOptions,
  'outputs' | 'loss' | 'optimizer' | 'clip' | 'dropout'
> {
  /** Number of heads. */
  readonly heads: number;
  readonly batch: number;
  /** Length of one example's feature vector. */
  readonly width: number;
}

/** A builder with the logits of all heads. */
export interface HeadsForward {
  readonly b: GraphBuilder;
  readonly parameters: readonly TrainingParameter[];
}

/**
 * The weights stand as [heads, outputs, width] and the biases as [heads, 1, outputs], so that the weights of
 * all heads are the rows of one matrix, and what belongs to a head, [heads, 1, 1], goes with either.
 */
export function headParameters({ heads, width, outputs }: HeadsGraphOptions): TrainingParameter[] {
  return [
    {
      name: headNames.weight,
      dims: [width, outputs],
      stepDims: [heads, outputs, width],
      layout: { perm: [1, 0] },
    },
    { name: headNames.bias, dims: [outputs], stepDims: [heads, 1, outputs], layout: null },
  ];
}

/**
 * `logits` [heads, batch, outputs] of features [batch, width]. Without dropout all heads are one product, whose
 * rows are their outputs: a row is computed in the same way whatever the others are. A mask gives every
 * head features of its own, and so a product of its own.
 */
export function buildHeads(options: HeadsGraphOptions, dropout: boolean): HeadsForward {
  const { heads, batch, width, outputs } = options;
  const b = createBuilder({ initializers: new Map() }, new Map());
  const parameters = headParameters(options);
  for (const { name, stepDims } of parameters) b.declare(name, stepDims);
  b.declare(headNames.features, [batch, width]);
  b.declare(stepNames.mask, [heads, batch, width]);
  const masked = (): string =>
    b.matMul(headNames.weight, b.transpose(b.mul(headNames.features, stepNames.mask), [0, 2, 1]));
  const shared = (): string =>
    b.reshape(
      b.matMul(
        b.reshape(headNames.weight, [heads * outputs, width]),
        b.transpose(headNames.features, [1, 0]),
      ),
      [heads, outputs, batch],
    );
  const columns = dropout ? masked() : shared();
  b.declare(headNames.logits, [heads, batch, outputs]);
  b.append(node('Add', [b.transpose(columns, [0, 2, 1]), headNames.bias], [headNames.logits]));
  return { b, parameters };
}

/** What a graph of heads begins with. */
export const NOTHING: Model = {
  irVersion: 8,
  opsets: new Map([['', 18]]),
  graph: { name: 'heads', nodes: [], inputs: [], outputs: [], initializers: new Map() },
  metadata: {},
};
