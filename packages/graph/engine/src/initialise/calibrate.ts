import {
  at,
  consumersOf,
  factsOf,
  float32,
  floatAttribute,
  floatsOf,
  isLayer,
  isOperator,
  lookUp,
  readsOf,
  weightsOf,
  type Graph,
  type GraphNode,
  type Model,
  type Tensor,
  inputOf,
  outputOf,
} from '@espalier/onnx';
import type { Engine } from '../engine.js';
import { channelMeans, deviationOf, withoutMeans } from './channels.js';

/**
 * Goes through the graph once, from layer to layer, and keeps only the tensors still to be read.
 * Biases are zero here, so a layer's output scales with its weight and need not be run again.
 */
export async function calibrate(
  engine: Engine,
  model: Model,
  initializers: Map<string, Tensor>,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<void> {
  const { graph } = model;
  const consumers = consumersOf(graph.nodes);
  const done = new Set<string>();
  let live = new Map(Object.entries(feeds));
  let start = 0;
  for (const [index, layer] of graph.nodes.entries()) {
    if (factsOf(layer).layer === 'lookup' || !isLayer(layer, graph)) continue;
    const later = new Set(graph.nodes.slice(index + 1).flatMap(readsOf));
    const output = outputOf(layer);
    const values = await runNodes(engine, model, graph.nodes.slice(start, index + 1), {
      initializers,
      live,
      wanted: new Set([...later, output]),
    });
    for (const [name, tensor] of values) live.set(name, tensor);
    const norm = (consumers.get(output) ?? []).find(
      (reader) => isOperator(reader, 'BatchNormalization') && reader.inputs[0] === output,
    );
    const result = lookUp(live, output);
    if (norm !== undefined) takeStatistics(norm, result, initializers);
    else live.set(output, scaleToUnit(layer, result, { graph, initializers, done }));
    live = new Map([...live].filter(([name]) => later.has(name)));
    start = index + 1;
  }
}

interface Run {
  readonly initializers: ReadonlyMap<string, Tensor>;
  readonly live: ReadonlyMap<string, Tensor>;
  readonly wanted: ReadonlySet<string>;
}

/** Runs a stretch of the graph's nodes on the tensors that are there. */
async function runNodes(
  engine: Engine,
  model: Model,
  nodes: readonly GraphNode[],
  { initializers, live, wanted }: Run,
): Promise<[string, Tensor][]> {
  const read = new Set(nodes.flatMap(readsOf));
  const inputs = [...live].filter(([name]) => read.has(name));
  const outputs = nodes.flatMap((node) => node.outputs.filter((name) => name !== '' && wanted.has(name)));
  const part: Graph = {
    name: model.graph.name,
    nodes,
    inputs: inputs.map(([name, { dtype, dims }]) => ({ name, dtype, shape: dims })),
    outputs: outputs.map((name) => ({ name, dtype: null, shape: null })),
    initializers: new Map([...initializers].filter(([name]) => read.has(name))),
  };
  const forward = await engine.compileForward({ ...model, graph: part });
  try {
    return Object.entries(await forward.run(Object.fromEntries(inputs)));
  } finally {
    await forward.dispose();
  }
}

/** Mean and variance of each channel (axis 1) become those of the normalisation. */
function takeStatistics(norm: GraphNode, output: Tensor, initializers: Map<string, Tensor>): void {
  const means = channelMeans(output);
  const squares = withoutMeans(output, means).map((value) => value * value);
  const variances = channelMeans({ ...output, data: squares });
  const [mean, variance] = [inputOf(norm, 3), inputOf(norm, 4)];
  initializers.set(mean, float32([means.length], means));
  // A channel that is constant on this batch would be blown up without bound.
  initializers.set(
    variance,
    float32(
      [means.length],
      variances.map((v) => (v > 0 ? v : 1)),
    ),
  );
}

interface Scaling {
  readonly graph: Graph;
  readonly initializers: Map<string, Tensor>;
  /** Weights that have their scale already, because layers share them. */
  readonly done: Set<string>;
}

/** Divides a layer's weight so that its output, without the mean of each channel, has deviation 1. */
function scaleToUnit(layer: GraphNode, output: Tensor, { graph, initializers, done }: Scaling): Tensor {
  const name = at(weightsOf(layer, graph), 0);
  if (done.has(name)) return output;
  const bias = biasOf(layer, output, graph);
  const means = bias === null ? null : channelMeans(output);
  const centred = means === null ? floatsOf(output) : withoutMeans(output, means);
  const deviation = deviationOf(centred);
  if (!(deviation > 0) || !Number.isFinite(deviation)) return output;
  done.add(name);
  const divide = ({ dims }: Tensor, data: ArrayLike<number>): Tensor =>
    float32(
      dims,
      Float32Array.from(data, (value) => value / deviation),
    );
  const weight = lookUp(initializers, name);
  initializers.set(name, divide(weight, floatsOf(weight)));
  if (bias !== null && means !== null) {
    const taken = means.map((mean) => -mean);
    initializers.set(bias, divide(lookUp(initializers, bias), taken));
  }
  return divide(output, centred);
}

/**
 * The bias that takes the mean of each channel away (Salimans & Kingma, 2016): without normalisation
 * channels drift off zero from layer to layer, until all examples look alike.
 */
function biasOf(layer: GraphNode, { dims }: Tensor, graph: Graph): string | null {
  const name = layer.inputs[2] ?? '';
  const plain = !isOperator(layer, 'MatMul') && floatAttribute(layer, 'beta', 1) === 1;
  const fits =
    weightsOf(layer, graph).includes(name) && graph.initializers.get(name)?.data.length === dims[1];
  return plain && fits ? name : null;
}
