import { OnnxError } from '../errors.js';
import { at, take } from '../graph/at.js';
import { node, type GraphNode, type Model } from '../graph/model.js';
import { int64, scalar, type Tensor } from '../graph/tensor.js';
import { headNames } from './headNames.js';

export type HeadPooling = 'mean' | 'cls' | 'last' | 'none';

/** Nodes that pool features. */
export interface PoolingNodes {
  readonly nodes: readonly GraphNode[];
  readonly initializers: readonly (readonly [string, Tensor])[];
  /** Length of one example's feature vector. */
  readonly width: number;
}

/**
 * Nodes that turn the feature tensor into `espalier_features` of shape [batch, width].
 *
 * @param dims traced shape of the features: [N, width], [N, time, width] or [N, C, H, W] / [N, H, W, C]
 */
export function poolFeatures(features: string, dims: readonly number[], pooling: HeadPooling): PoolingNodes {
  const output = headNames.features;
  const constant = (name: string, values: readonly number[]): readonly [string, Tensor] => [
    `espalier_${name}`,
    int64(values),
  ];
  const flat = dims.slice(1).reduce((a, b) => a * b, 1);
  const spatial = dims.slice(1).filter((dim) => dim > 1).length > 1;
  if (!spatial || pooling === 'none') {
    const shape = constant('flat_shape', [-1, flat]);
    return { nodes: [node('Reshape', [features, shape[0]], [output])], initializers: [shape], width: flat };
  }
  if (pooling === 'mean') {
    const channel = channelAxis(dims);
    const axes = constant(
      'pool_axes',
      dims.map((_, axis) => axis).filter((axis) => axis > 0 && axis !== channel),
    );
    return {
      nodes: [node('ReduceMean', [features, axes[0]], [output], { keepdims: 0 })],
      initializers: [axes],
      width: at(dims, channel),
    };
  }
  if (dims.length !== 3) {
    throw new OnnxError(`pooling '${pooling}' needs features of shape [batch, time, width], got [${dims}]`);
  }
  const index: readonly [string, Tensor] = ['espalier_token', int64([pooling === 'cls' ? 0 : -1], [])];
  return {
    nodes: [node('Gather', [features, index[0]], [output], { axis: 1 })],
    initializers: [index],
    width: at(dims, 2),
  };
}

/**
 * Finds the channel axis of features [N, time, width], [N, C, H, W] or [N, H, W, C]. Images are
 * square far more often than as wide as they have channels: equal axes are spatial.
 */
export function channelAxis(dims: readonly number[]): number {
  if (dims.length === 4 && dims[1] === dims[2] && dims[2] !== dims[3]) return 3;
  return dims.length === 3 ? 2 : 1;
}

const FLOAT = 1;

/** The number of tokens in one of the features, where a network shortens its sequences (Funnel, Dai et al., 2020). */
const tokensEach = (given: number, left: number): number => Math.max(1, Math.ceil(given / Math.max(1, left)));

/**
 * Nodes that pool tokens [batch, time, width] to `espalier_features` [batch, width] without those that
 * only fill up a sequence.
 *
 * @param mask name of an int64 tensor [batch, time]: 1 for a token, then 0 for what fills up
 * @param pooling `mean` is over the tokens, `last` the last of them
 * @param lengths of a mask and of the features that belong to it; shortened ones count where their first token does
 */
export function poolTokens(
  features: string,
  width: number,
  pooling: 'mean' | 'last',
  mask: string,
  [given, left]: readonly [number, number] = [1, 1],
): PoolingNodes {
  const name = (part: string): string => `espalier_mask_${part}`;
  const [real, column] = [name('real'), name('column')];
  const axis = name('axis');
  const last = name('last_axis');
  const initializers: [string, Tensor][] = [
    [axis, int64([1])],
    [last, int64([-1])],
  ];
  const each = tokensEach(given, left);
  const [first, behind, stride, short] = take(['first', 'behind', 'stride', 'short'].map(name), 4);
  if (each > 1)
    initializers.push([first, int64([0])], [behind, int64([2 ** 31 - 1])], [stride, int64([each])]);
  const shared = [
    ...(each > 1 ? [node('Slice', [mask, first, behind, axis, stride], [short])] : []),
    node('Cast', [each > 1 ? short : mask], [real], { to: FLOAT }),
  ];
  const summed = (weights: string, output: string): GraphNode[] => [
    node('Unsqueeze', [weights, last], [column]),
    node('Mul', [features, column], [name('kept')]),
    node('ReduceSum', [name('kept'), axis], [output], { keepdims: 0 }),
  ];
  if (pooling === 'mean') {
    initializers.push([name('one'), scalar(1)]);
    const nodes = [
      ...shared,
      ...summed(real, name('sum')),
      node('ReduceSum', [real, axis], [name('tokens')], { keepdims: 1 }),
      node('Max', [name('tokens'), name('one')], [name('count')]),
      node('Div', [name('sum'), name('count')], [headNames.features]),
    ];
    return { nodes, initializers, width };
  }
  // A token is the last one where the mask ends after it.
  initializers.push(
    [name('start'), int64([1])],
    [name('end'), int64([2 ** 31 - 1])],
    [name('pads'), int64([0, 0, 0, 1])],
  );
  const nodes = [
    ...shared,
    node('Slice', [real, name('start'), name('end'), axis], [name('rest')]),
    node('Pad', [name('rest'), name('pads')], [name('next')]),
    node('Mul', [real, name('next')], [name('followed')]),
    node('Sub', [real, name('followed')], [name('ends')]),
    ...summed(name('ends'), headNames.features),
  ];
  return { nodes, initializers, width };
}

/** The output of {@link appendPooling}, where it has no other name. */
export const POOLED_FEATURES = 'pooled_features';

/**
 * The model with its features pooled as its one output [batch, width]. The names of a head are not taken: they are a
 * new head's.
 *
 * @param output its name, which no tensor of the model has
 */
export function appendPooling(model: Model, pooled: PoolingNodes, output = POOLED_FEATURES): Model {
  const { graph } = model;
  const rename = (name: string): string =>
    name === headNames.features ? output : name.replace(/^espalier_/, `${output}_`);
  const nodes = pooled.nodes.map((made) => ({
    ...made,
    name: rename(made.name),
    inputs: made.inputs.map(rename),
    outputs: made.outputs.map(rename),
  }));
  const initializers = pooled.initializers.map(([name, tensor]) => [rename(name), tensor] as const);
  return {
    ...model,
    graph: {
      ...graph,
      nodes: [...graph.nodes, ...nodes],
      initializers: new Map([...graph.initializers, ...initializers]),
      outputs: [{ name: output, dtype: 'float32', shape: ['batch', pooled.width] }],
    },
  };
}
