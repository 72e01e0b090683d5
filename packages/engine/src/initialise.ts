import {
  consumersOf,
  float32,
  floatAttribute,
  intAttribute,
  isLayer,
  readsOf,
  weightsOf,
  type Graph,
  type GraphNode,
  type Model,
  type Tensor,
} from '@espalier/onnx';
import { createRandom } from '@espalier/random';
import type { Engine } from './engine.js';

/**
 * The same network with fresh random weights, for training from scratch.
 *
 * He-normal weights (He et al., 2015), zero biases and neutral normalisations, then one pass over
 * `feeds` that gives each layer's output unit variance (LSUV: Mishkin & Matas, ICLR 2016) and, where
 * the layer has a bias, centred channels. A layer before a batch normalisation keeps its weights; the
 * normalisation takes the batch's statistics, which training does not update.
 *
 * @param model normalised
 * @param feeds a batch of real examples; side inputs of the graph too
 */
export async function initialiseModel(
  engine: Engine,
  model: Model,
  feeds: Readonly<Record<string, Tensor>>,
  options: { readonly seed: number },
): Promise<Model> {
  const initializers = new Map(model.graph.initializers);
  for (const [name, tensor] of freshWeights(model.graph, options.seed)) initializers.set(name, tensor);
  await calibrate(engine, model, initializers, feeds);
  return { ...model, graph: { ...model.graph, initializers } };
}

function freshWeights(graph: Graph, seed: number): Map<string, Tensor> {
  const fresh = new Map<string, Tensor>();
  for (const node of graph.nodes) {
    for (const name of weightsOf(node, graph)) {
      if (fresh.has(name)) continue;
      const { dims, data } = graph.initializers.get(name) as Tensor;
      const rule = ruleOf(node, node.inputs.indexOf(name), dims);
      const random = createRandom(seed, 'initialise', name);
      const draw = 'fill' in rule ? (): number => rule.fill : (): number => rule.deviation * random.normal();
      fresh.set(name, float32(dims, Float32Array.from({ length: data.length }, draw)));
    }
    if (node.opType !== 'BatchNormalization') continue;
    [0, 1].forEach((fill, i) => {
      const name = node.inputs[3 + i] as string;
      const { dims, data } = graph.initializers.get(name) ?? float32([], []);
      if (data.length > 0) fresh.set(name, float32(dims, new Float32Array(data.length).fill(fill)));
    });
  }
  return fresh;
}

type Rule = { readonly fill: number } | { readonly deviation: number };

function ruleOf(node: GraphNode, position: number, dims: readonly number[]): Rule {
  const he = (fanIn: number): Rule => ({ deviation: Math.sqrt(2 / fanIn) });
  const taps = dims.slice(2).reduce((a, b) => a * b, 1);
  switch (node.opType) {
    case 'Conv':
      return position === 1 ? he((dims[1] as number) * taps) : { fill: 0 };
    case 'ConvTranspose':
      return position === 1 ? he(((dims[0] as number) / intAttribute(node, 'group', 1)) * taps) : { fill: 0 };
    case 'Gemm': {
      if (position === 2) return { fill: 0 };
      const transposed = intAttribute(node, position === 0 ? 'transA' : 'transB', 0);
      return he(dims[(transposed + position + 1) % 2] as number);
    }
    case 'MatMul':
      return he((position === 0 || dims.length === 1 ? dims.at(-1) : dims.at(-2)) as number);
    case 'Gather':
      return { deviation: 1 };
    case 'PRelu':
      return { fill: 0.25 };
    case 'Mul':
      return { fill: 1 };
    case 'Add':
    case 'Sub':
      return { fill: 0 };
    default:
      // What is left is normalisation: a scale, then a shift.
      return { fill: position === 1 ? 1 : 0 };
  }
}

/**
 * Goes through the graph once, from layer to layer, and keeps only the tensors still to be read.
 * Biases are zero here, so a layer's output scales with its weight and need not be run again.
 */
async function calibrate(
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
    if (layer.opType === 'Gather' || !isLayer(layer, graph)) continue;
    const later = new Set(graph.nodes.slice(index + 1).flatMap(readsOf));
    const output = layer.outputs[0] as string;
    const values = await runNodes(engine, model, graph.nodes.slice(start, index + 1), {
      initializers,
      live,
      wanted: new Set([...later, output]),
    });
    for (const [name, tensor] of values) live.set(name, tensor);
    const norm = (consumers.get(output) ?? []).find(
      ({ opType, inputs }) => opType === 'BatchNormalization' && inputs[0] === output,
    );
    const result = live.get(output) as Tensor;
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
  const [mean, variance] = norm.inputs.slice(3) as [string, string];
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
  const [name] = weightsOf(layer, graph) as [string];
  if (done.has(name)) return output;
  const bias = biasOf(layer, output, graph);
  const means = bias === null ? null : channelMeans(output);
  const centred = means === null ? (output.data as Float32Array) : withoutMeans(output, means);
  const deviation = deviationOf(centred);
  if (!(deviation > 0) || !Number.isFinite(deviation)) return output;
  done.add(name);
  const divide = ({ dims }: Tensor, data: ArrayLike<number>): Tensor =>
    float32(
      dims,
      Float32Array.from(data, (value) => value / deviation),
    );
  const weight = initializers.get(name) as Tensor;
  initializers.set(name, divide(weight, weight.data as Float32Array));
  if (bias !== null && means !== null) {
    const taken = means.map((mean) => -mean);
    initializers.set(bias, divide(initializers.get(bias) as Tensor, taken));
  }
  return divide(output, centred);
}

/**
 * The bias that takes the mean of each channel away (Salimans & Kingma, 2016): without normalisation
 * channels drift off zero from layer to layer, until all examples look alike.
 */
function biasOf(layer: GraphNode, { dims }: Tensor, graph: Graph): string | null {
  const name = layer.inputs[2] ?? '';
  const plain = layer.opType !== 'MatMul' && floatAttribute(layer, 'beta', 1) === 1;
  const fits =
    weightsOf(layer, graph).includes(name) && graph.initializers.get(name)?.data.length === dims[1];
  return plain && fits ? name : null;
}

const channelOf = ({ dims, data }: Tensor): ((index: number) => number) => {
  const [batch, channels] = dims as [number, number];
  const area = data.length / (batch * channels);
  return (index) => Math.floor(index / area) % channels;
};

function channelMeans(output: Tensor): number[] {
  const channel = channelOf(output);
  const sums = new Array<number>(output.dims[1] as number).fill(0);
  (output.data as Float32Array).forEach((value, i) => {
    sums[channel(i)] = (sums[channel(i)] as number) + value;
  });
  return sums.map((sum) => (sum * sums.length) / output.data.length);
}

function withoutMeans(output: Tensor, means: readonly number[]): Float32Array {
  const channel = channelOf(output);
  return (output.data as Float32Array).map((value, i) => value - (means[channel(i)] as number));
}

function deviationOf(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / values.length);
}
