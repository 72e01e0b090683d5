import { at } from '../graph/at.js';
import { node, type GraphNode, type Model, outputOf } from '../graph/model.js';
import { float32, floatsOf, scalar, type Tensor } from '../graph/tensor.js';
import { joinModels, keepOutputs } from './combine.js';
import { headNames } from './headNames.js';
import { makeWay } from './makeWay.js';

/** A linear layer on one tensor of a model. */
export interface LinearPart {
  /** [batch, width] */
  readonly tensor: string;
  /** [width, classes] */
  readonly weight: Tensor;
}

/** A classifier whose logits are the sum of some linear layers and a bias. */
export interface LinearHead {
  readonly parts: readonly LinearPart[];
  /** [classes] */
  readonly bias: Tensor;
}

/** Heads whose probabilities are averaged; the shares sum to 1. */
export type SharedHead = LinearHead & { readonly share: number };

/**
 * Ends a model in linear heads on its tensors; those that are called like a part of a head are renamed. Outputs are
 * `logits` and `probabilities`, both [batch, classes]; of several heads the probabilities are averaged, and the logits are their logarithm.
 */
export function appendLinearHeads(model: Model, heads: readonly SharedHead[]): Model {
  const { logits, probabilities } = headNames;
  const nodes: GraphNode[] = [];
  const { graph: base, rename } = makeWay(model.graph);
  const initializers = new Map(base.initializers);
  const single = heads.length === 1;
  const shares = heads.map((head, h) => {
    const name = single ? logits : `espalier_head_${h}`;
    const parts = head.parts.map(({ tensor, weight }) => ({ tensor: rename(tensor), weight }));
    addLogits({ ...head, parts }, name, nodes, initializers);
    if (single) {
      nodes.push(node('Softmax', [name], [probabilities], { axis: -1 }));
      return probabilities;
    }
    nodes.push(node('Softmax', [name], [`${name}_probabilities`], { axis: -1 }));
    initializers.set(`${name}_share`, scalar(head.share));
    nodes.push(node('Mul', [`${name}_probabilities`, `${name}_share`], [`${name}_part`]));
    return `${name}_part`;
  });
  if (!single) {
    nodes.push(node('Sum', shares, [probabilities]), node('Log', [probabilities], [logits]));
  }
  const classes = at(heads, 0).bias.data.length;
  const outputs = [logits, probabilities].map((name) => ({
    name,
    dtype: 'float32' as const,
    shape: ['batch', classes],
  }));
  const graph = { ...base, nodes: [...base.nodes, ...nodes], initializers };
  return keepOutputs({ ...model, graph }, outputs);
}

function addLogits(
  { parts, bias }: LinearHead,
  output: string,
  nodes: GraphNode[],
  initializers: Map<string, Tensor>,
): void {
  initializers.set(`${output}_bias`, bias);
  let sum = `${output}_bias`;
  parts.forEach(({ tensor, weight }, i) => {
    initializers.set(`${output}_weight_${i}`, weight);
    const next = i === parts.length - 1 ? output : `${output}_sum_${i}`;
    nodes.push(node('Gemm', [tensor, `${output}_weight_${i}`, sum], [next]));
    sum = next;
  });
}

/**
 * Puts an affine map behind a model's one output [batch, width]: (x - mean) * scale, under another name.
 *
 * @param mean [width]
 * @param scale [width]
 */
export function appendStandardisation(model: Model, output: string, mean: Tensor, scale: Tensor): Model {
  const { name, shape } = at(model.graph.outputs, 0);
  const nodes = [
    node('Sub', [name, `${output}_mean`], [`${output}_centred`]),
    node('Mul', [`${output}_centred`, `${output}_scale`], [output]),
  ];
  return {
    ...model,
    graph: {
      ...model.graph,
      nodes: [...model.graph.nodes, ...nodes],
      outputs: [{ name: output, dtype: 'float32', shape }],
      initializers: new Map([
        ...model.graph.initializers,
        [`${output}_mean`, float32(mean.dims, floatsOf(mean))],
        [`${output}_scale`, float32(scale.dims, floatsOf(scale))],
      ]),
    },
  };
}

/** Classifiers of the same classes side by side; their probabilities are averaged by shares that sum to 1. */
export function averageModels(models: readonly Model[], shares: readonly number[]): Model {
  const { logits, probabilities } = headNames;
  const only = models.map((model) =>
    keepOutputs(
      model,
      model.graph.outputs.filter(({ name }) => name === probabilities),
    ),
  );
  const { model, outputs } = joinModels(
    only,
    only.map((_, i) => `member${i}_`),
  );
  const initializers = new Map(model.graph.initializers);
  const parts = outputs.map((names, i) => {
    initializers.set(`espalier_share_${i}`, scalar(at(shares, i)));
    return node('Mul', [at(names, 0), `espalier_share_${i}`], [`espalier_part_${i}`]);
  });
  const nodes = [
    ...model.graph.nodes,
    ...parts,
    node(
      'Sum',
      parts.map((part) => outputOf(part)),
      [probabilities],
    ),
    node('Log', [probabilities], [logits]),
  ];
  const shape = models[0]?.graph.outputs.find(({ name }) => name === probabilities)?.shape ?? null;
  return {
    ...model,
    graph: {
      ...model.graph,
      nodes,
      initializers,
      outputs: [logits, probabilities].map((name) => ({ name, dtype: 'float32' as const, shape })),
    },
  };
}
