import { OnnxError } from '../errors.js';
import { node, type Graph, type Model } from '../graph/model.js';
import { float32, floatsOf, type Tensor } from '../graph/tensor.js';
import { ancestorsOf, readsOf } from '../graph/topology.js';
import { headNames } from './headNames.js';
import { makeWay } from './makeWay.js';
import { poolFeatures, type HeadPooling } from './pooling.js';

/** Nodes from `logits` to `probabilities`, where they are no softmax. */
export interface HeadDecoding {
  /** Numbers that `probabilities` has for an example. */
  readonly labels: number;
  readonly nodes: Graph['nodes'];
  readonly initializers: Graph['initializers'];
}

export interface HeadWeights {
  /** [width, classes] */
  readonly weight: Tensor;
  /** [classes] */
  readonly bias: Tensor;
}

/**
 * Replaces everything after `features` by a linear head, and names the outputs `logits` and
 * `probabilities`, both [batch, classes]. Between them stands a softmax, or `decoding`.
 */
export function replaceHead(
  model: Model,
  features: string,
  dims: readonly number[],
  pooling: HeadPooling,
  head: HeadWeights,
  decoding?: HeadDecoding,
): Model {
  const { graph: base, rename } = makeWay(endAt(model.graph, features));
  const pooled = poolFeatures(rename(features), dims, pooling);
  const classes = head.bias.data.length;
  if (head.weight.dims[0] !== pooled.width || head.weight.dims[1] !== classes) {
    throw new OnnxError(
      `the head has shape [${head.weight.dims}] but the features need [${pooled.width},${classes}]`,
    );
  }
  const { features: vector, weight, bias, logits, probabilities } = headNames;
  return {
    ...model,
    graph: {
      ...base,
      nodes: [
        ...base.nodes,
        ...pooled.nodes,
        node('Gemm', [vector, weight, bias], [logits]),
        ...(decoding?.nodes ?? [node('Softmax', [logits], [probabilities], { axis: -1 })]),
      ],
      outputs: [
        { name: logits, dtype: 'float32', shape: ['batch', classes] },
        { name: probabilities, dtype: 'float32', shape: ['batch', decoding?.labels ?? classes] },
      ],
      initializers: new Map([
        ...base.initializers,
        ...pooled.initializers,
        ...(decoding?.initializers ?? []),
        [weight, float32(head.weight.dims, floatsOf(head.weight))],
        [bias, float32(head.bias.dims, floatsOf(head.bias))],
      ]),
    },
  };
}

/** The part of a graph that `features` needs. */
function endAt(graph: Graph, features: string): Graph {
  const needed = ancestorsOf(graph.nodes, [features]);
  const nodes = graph.nodes.filter(({ outputs }) => outputs.some((name) => needed.has(name)));
  const read = new Set([features, ...nodes.flatMap(readsOf)]);
  return {
    ...graph,
    nodes,
    initializers: new Map([...graph.initializers].filter(([name]) => read.has(name))),
  };
}

/** Writes trained weights back; a name the model does not have, or another shape, is an error. */
export function withWeights(model: Model, weights: ReadonlyMap<string, Tensor>): Model {
  const initializers = new Map(model.graph.initializers);
  for (const [name, tensor] of weights) {
    const old = initializers.get(name);
    if (old === undefined || old.dims.join() !== tensor.dims.join()) {
      throw new OnnxError(
        `cannot write weight '${name}' [${tensor.dims}] to the model, which has ${old ? `[${old.dims}]` : 'no such weight'}`,
      );
    }
    initializers.set(name, tensor);
  }
  return { ...model, graph: { ...model.graph, initializers } };
}
