import { OnnxError } from '../errors.js';
import { at } from '../graph/at.js';
import { growingInitializers, type AddConstant } from '../graph/constants.js';
import {
  describeNode,
  floatAttribute,
  intAttribute,
  intsAttribute,
  node as makeNode,
  standardOpset,
  stringAttribute,
  type Attributes,
  type Graph,
  type GraphNode,
  type Model,
  inputOf,
  outputOf,
} from '../graph/model.js';
import { mapSubgraphs } from '../graph/rename.js';
import { int64, scalar } from '../graph/tensor.js';

/** The operator set that graphs are brought to, so that later code knows one form of each operator. */
export const TARGET_OPSET = 18;

interface UpgradeContext {
  readonly opset: number;
  readonly constant: AddConstant;
}

/** Rewrites one node from the model's operator set to {@link TARGET_OPSET}. */
type Upgrade = (node: GraphNode, context: UpgradeContext) => GraphNode[];

const without = (attributes: Attributes, ...names: readonly string[]): Attributes =>
  Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.includes(name)));

const unchanged: Upgrade = (node) => [node];

/** Since `since`, the attribute `axes` (or `split`) is the second input. */
const attributeToInput =
  (attribute: string, since: number): Upgrade =>
  (node, { opset, constant }) => {
    const values = intsAttribute(node, attribute);
    if (opset >= since || values === null) return [node];
    const input = constant(int64(values), `${node.name}_${attribute}`);
    return [
      {
        ...node,
        inputs: [inputOf(node, 0), input],
        attributes: without(node.attributes, attribute),
      },
    ];
  };

const split: Upgrade = (node, context) => {
  const upgraded = at(attributeToInput('split', 13)(node, context), 0);
  const even = upgraded.inputs.length < 2 || upgraded.inputs[1] === '';
  if (!even || upgraded.attributes['num_outputs'] !== undefined) return [upgraded];
  const count = { kind: 'int', value: node.outputs.length } as const;
  return [{ ...upgraded, attributes: { ...upgraded.attributes, num_outputs: count } }];
};

const clip: Upgrade = (node, { opset, constant }) => {
  if (opset >= 11) return [node];
  const low = floatAttribute(node, 'min', -3.4028234663852886e38);
  const high = floatAttribute(node, 'max', 3.4028234663852886e38);
  const limits = [constant(scalar(low), `${node.name}_min`), constant(scalar(high), `${node.name}_max`)];
  return [{ ...node, inputs: [inputOf(node, 0), ...limits], attributes: {} }];
};

const pad: Upgrade = (node, { opset, constant }) => {
  if (opset >= 11) return [node];
  const pads = constant(int64(intsAttribute(node, 'pads') ?? []), `${node.name}_pads`);
  const value = constant(scalar(floatAttribute(node, 'value', 0)), `${node.name}_value`);
  return [
    {
      ...node,
      inputs: [inputOf(node, 0), pads, value],
      attributes: without(node.attributes, 'pads', 'value'),
    },
  ];
};

const slice: Upgrade = (node, { opset, constant }) => {
  if (opset >= 10) return [node];
  const starts = intsAttribute(node, 'starts') ?? [];
  const axes = intsAttribute(node, 'axes') ?? starts.map((_, axis) => axis);
  const inputs = [
    inputOf(node, 0),
    constant(int64(starts), `${node.name}_starts`),
    constant(int64(intsAttribute(node, 'ends') ?? []), `${node.name}_ends`),
    constant(int64(axes), `${node.name}_axes`),
  ];
  return [{ ...node, inputs, attributes: {} }];
};

/** Before operator set 13 the input was flattened to two axes at `axis`. */
const softmax: Upgrade = (node, { opset }) => {
  if (opset >= 13) return [node];
  const [input, output] = [inputOf(node, 0), outputOf(node)];
  const named = (suffix: string): string => `${output}__${suffix}`;
  return [
    makeNode('Shape', [input], [named('shape')]),
    makeNode('Flatten', [input], [named('flat')], { axis: intAttribute(node, 'axis', 1) }),
    makeNode(node.opType, [named('flat')], [named('soft')], { axis: -1 }),
    makeNode('Reshape', [named('soft'), named('shape')], [output]),
  ];
};

const batchNormalization: Upgrade = (node, { opset }) => {
  if (opset >= 14) return [node];
  if (intAttribute(node, 'spatial', 1) !== 1) {
    throw new OnnxError(`${describeNode(node)} normalises each pixel on its own, which is not supported`);
  }
  return [
    {
      ...node,
      outputs: node.outputs.slice(0, 1),
      attributes: without(node.attributes, 'spatial', 'is_test', 'consumed_inputs'),
    },
  ];
};

const dropout: Upgrade = (node, { opset }) => (opset >= 12 ? [node] : [{ ...node, attributes: {} }]);

/** Before operator set 11 pixels were placed by x / scale, and the nearest one was the one before. */
const resize: Upgrade = (node, { opset, constant }) => {
  if (opset >= 11 && node.opType === 'Resize') return [node];
  const named = node.attributes['scales'];
  const given = named?.kind === 'floats' ? Float32Array.from(named.value) : null;
  const scales =
    given === null
      ? (node.inputs[1] ?? '')
      : constant({ dtype: 'float32', dims: [given.length], data: given }, `${node.name}_scales`);
  const attributes = {
    mode: stringAttribute(node, 'mode', 'nearest'),
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: 'floor',
  };
  return [makeNode('Resize', [inputOf(node, 0), '', scales], node.outputs, attributes, { name: node.name })];
};

const reduction = attributeToInput('axes', 18);

const upgrades = new Map<string, Upgrade>(
  Object.entries({
    BatchNormalization: batchNormalization,
    Clip: clip,
    Dropout: dropout,
    Hardmax: softmax,
    LogSoftmax: softmax,
    Pad: pad,
    ReduceL1: reduction,
    ReduceL2: reduction,
    ReduceLogSum: reduction,
    ReduceLogSumExp: reduction,
    ReduceMax: reduction,
    ReduceMean: reduction,
    ReduceMin: reduction,
    ReduceProd: reduction,
    ReduceSum: attributeToInput('axes', 13),
    ReduceSumSquare: reduction,
    Resize: resize,
    Slice: slice,
    Softmax: softmax,
    Split: split,
    Squeeze: attributeToInput('axes', 13),
    Unsqueeze: attributeToInput('axes', 13),
    Upsample: resize,
  }),
);

/** Brings a model of an older operator set to {@link TARGET_OPSET}; newer models stay as they are. */
export function upgradeModel(model: Model): Model {
  const opset = standardOpset(model);
  if (opset >= TARGET_OPSET) return model;
  const { initializers, constant } = growingInitializers(model.graph);
  const upgradeNode = (node: GraphNode): GraphNode[] => {
    const upgrade = (node.domain === '' ? upgrades.get(node.opType) : undefined) ?? unchanged;
    return upgrade(mapSubgraphs(node, upgradeGraph), { opset, constant });
  };
  const upgradeGraph = (graph: Graph): Graph => ({ ...graph, nodes: graph.nodes.flatMap(upgradeNode) });
  return {
    ...model,
    irVersion: Math.max(model.irVersion, 8),
    opsets: new Map([...model.opsets, ['', TARGET_OPSET]]),
    graph: { ...upgradeGraph(model.graph), initializers },
  };
}
