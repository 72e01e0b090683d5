import { OnnxError } from '../errors.js';
import { at } from '../graph/at.js';
import {
  intAttribute,
  type Graph,
  type GraphNode,
  type Model,
  type ValueInfo,
  inputOf,
  outputOf,
} from '../graph/model.js';
import { mapSubgraphs, namesIn, renameInGraph, withInnerNodes } from '../graph/rename.js';
import { int64, numbersOf, type Tensor } from '../graph/tensor.js';
import { descendantsOf, readsOf, sortNodes } from '../graph/topology.js';
import { isOperator } from '../operators/index.js';
import { turnBatchFirst } from './batchFirst.js';
import { expandModel } from './expand/index.js';
import { guardPadding } from './padding.js';
import { widenModel } from './precision.js';
import { settleTrainingMode } from './trainingMode.js';
import { upgradeModel } from './upgrade.js';
import { foldViews } from './views.js';

export interface NormaliseOptions {
  /** Tells whether a batch size that is written into the file is freed where that is plain, or kept. */
  readonly batch?: 'free' | 'keep';
}

/**
 * Brings a validated model to the form that the rest of Espalier works on: one operator set,
 * float32, constants as initializers, no fused operators, no dropout or identity, weights in the shape
 * that layers read, sorted nodes, a free batch size.
 * The function it computes stays the same (float16 graphs are computed in float32).
 *
 * @throws OnnxError where it computes in float64
 */
export function normaliseModel(model: Model, { batch = 'free' }: NormaliseOptions = {}): Model {
  requireSingle(model);
  const steps = [
    upgradeModel,
    widenModel,
    liftConstants,
    settleTrainingMode,
    expandModel,
    dropPassThrough,
    foldViews,
    turnBatchFirst,
    guardPadding,
    ...(batch === 'free' ? [freeBatch] : []),
    freeNames,
    tidy,
  ];
  return steps.reduce((current, step) => step(current), model);
}

/** Weights and inputs in float64 make a network that neither trains nor runs here: Conv has no such kernel. */
function requireSingle({ graph }: Model): void {
  const input = graph.inputs.find(({ name, dtype }) => dtype === 'float64' && !graph.initializers.has(name));
  if (input === undefined) return;
  throw new OnnxError(
    `the network computes in float64 (its input '${input.name}' has that type), but Espalier reads networks in float32 or ` +
      'float16; convert it before the export, as model.float() does in PyTorch',
  );
}

const withGraph = (model: Model, graph: Partial<Graph>): Model => ({
  ...model,
  graph: { ...model.graph, ...graph },
});

function liftConstants(model: Model): Model {
  const initializers = new Map(model.graph.initializers);
  const nodes = model.graph.nodes.filter((node) => {
    const value = isOperator(node, 'Constant') ? constantOf(node) : null;
    if (value === null) return true;
    initializers.set(outputOf(node), value);
    return false;
  });
  return withGraph(model, { nodes, initializers });
}

function constantOf(node: GraphNode): Tensor | null {
  const { value, value_int, value_ints, value_float, value_floats } = node.attributes;
  if (value?.kind === 'tensor') return value.value;
  if (value_int?.kind === 'int') return int64([value_int.value], []);
  if (value_ints?.kind === 'ints') return int64(value_ints.value);
  if (value_float?.kind === 'float') {
    return { dtype: 'float32', dims: [], data: Float32Array.of(value_float.value) };
  }
  if (value_floats?.kind === 'floats') {
    const data = Float32Array.from(value_floats.value);
    return { dtype: 'float32', dims: [data.length], data };
  }
  return null;
}

/**
 * Removes Identity and (at inference) Dropout. An Identity on an initializer becomes a copy of it:
 * exporters share equal initializers that way, and shared they would train as one.
 */
function dropPassThrough(model: Model): Model {
  const { graph } = model;
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const initializers = new Map(graph.initializers);
  const renamed = new Map<string, string>();
  const resolve = (name: string): string => renamed.get(name) ?? name;
  const read = new Set([...outputs, ...graph.nodes.flatMap(readsOf)]);
  const maskIsRead = (node: GraphNode): boolean => read.has(node.outputs[1] || ' ');

  const nodes: GraphNode[] = [];
  for (const original of sortNodes(graph.nodes, graph.name)) {
    const node = {
      ...mapSubgraphs(original, (inner) => renameInGraph(inner, resolve)),
      inputs: original.inputs.map(resolve),
    };
    const [input, output] = [inputOf(node, 0), outputOf(node)];
    const passes =
      !outputs.has(output) &&
      (isOperator(node, 'Identity') || (isOperator(node, 'Dropout') && !maskIsRead(node)));
    const copied = passes ? initializers.get(input) : undefined;
    if (copied !== undefined) initializers.set(output, copied);
    else if (passes) renamed.set(output, input);
    else nodes.push(maskIsRead(node) ? node : dropoutToIdentity(node));
  }
  return withGraph(model, { nodes, initializers });
}

const dropoutToIdentity = (node: GraphNode): GraphNode =>
  isOperator(node, 'Dropout')
    ? {
        ...node,
        opType: 'Identity',
        inputs: node.inputs.slice(0, 1),
        outputs: node.outputs.slice(0, 1),
        attributes: {},
      }
    : node;

/** Replaces a fixed batch size in the declared inputs, and in Reshape targets that repeat it. */
function freeBatch(model: Model): Model {
  const { graph } = model;
  const initializers = new Map(graph.initializers);
  const inputs = graph.inputs.filter(({ name }) => !initializers.has(name));
  const fixed = new Set(inputs.map(({ shape }) => shape?.[0]).filter((dim) => typeof dim === 'number'));
  // Of what does not come from the data, such as a bias, the first axis is no batch.
  const data = descendantsOf(
    graph.nodes,
    inputs.map(({ name }) => name),
  );
  const nodes = graph.nodes.map((node) => {
    const shapeName = node.inputs[1] ?? '';
    const shape = initializers.get(shapeName);
    if (!isOperator(node, 'Reshape') || shape === undefined || intAttribute(node, 'allowzero', 0) === 1) {
      return node;
    }
    const target = numbersOf(shape);
    const repeats = fixed.has(at(target, 0)) && data.has(inputOf(node, 0));
    if (target.length < 2 || !repeats) return node;
    const freed = `${shapeName}__free_batch`;
    initializers.set(freed, int64([0, ...target.slice(1)]));
    return { ...node, inputs: [inputOf(node, 0), freed] };
  });
  const free = (value: ValueInfo): ValueInfo =>
    value.shape === null || value.shape.length === 0
      ? value
      : { ...value, shape: ['batch', ...value.shape.slice(1)] };
  const outputs = graph.outputs.map((value): ValueInfo => ({
    ...value,
    shape:
      value.shape === null
        ? null
        : (free(value).shape?.map((d, i) => (i === 0 ? d : typeof d === 'number' ? d : null)) ?? null),
  }));
  return withGraph(model, { nodes, inputs: inputs.map(free), outputs, initializers });
}

const OWN_PREFIX = 'espalier_';

/** Frees the names a head is given, which a model that Espalier itself wrote has taken. */
function freeNames(model: Model): Model {
  const { graph } = model;
  const taken = namesIn(graph);
  const kept = new Set([...graph.inputs, ...graph.outputs].map(({ name }) => name));
  const rename = (name: string): string => {
    if (!name.startsWith(OWN_PREFIX) || kept.has(name)) return name;
    let free = `earlier_${name.slice(OWN_PREFIX.length)}`;
    while (taken.has(free)) free += '_';
    return free;
  };
  const renamed = renameInGraph(graph, rename);
  const nodes = renamed.nodes.map((node) =>
    node.name.startsWith(OWN_PREFIX) ? { ...node, name: '' } : node,
  );
  return withGraph(model, { ...renamed, nodes });
}

/** Sorts the nodes and forgets initializers that nothing reads. */
function tidy(model: Model): Model {
  const nodes = sortNodes(model.graph.nodes, model.graph.name);
  const read = new Set([...nodes.flatMap(readsOf), ...model.graph.outputs.map(({ name }) => name)]);
  const initializers = new Map([...model.graph.initializers].filter(([name]) => read.has(name)));
  const domains = new Set(nodes.flatMap(withInnerNodes).map(({ domain }) => domain));
  const opsets = new Map([...model.opsets].filter(([domain]) => domain === '' || domains.has(domain)));
  return { ...withGraph(model, { nodes, initializers }), opsets };
}
