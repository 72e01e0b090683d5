import {
  at,
  factsOf,
  float32,
  intAttribute,
  isOperator,
  lookUp,
  sizeOf,
  weightsOf,
  type Graph,
  type GraphNode,
  type Tensor,
} from '@espalier/onnx';
import { createRandom } from '@espalier/base/random';

/** New values of all weights, and neutral statistics of batch normalisations. */
export function freshWeights(graph: Graph, seed: number): Map<string, Tensor> {
  const fresh = new Map<string, Tensor>();
  for (const node of graph.nodes) {
    for (const name of weightsOf(node, graph)) {
      if (fresh.has(name)) continue;
      const { dims } = lookUp(graph.initializers, name);
      fresh.set(name, drawn(dims, drawOf(node, node.inputs.indexOf(name), dims), [seed, name]));
    }
    if (!isOperator(node, 'BatchNormalization')) continue;
    for (const [position, fill] of [
      [3, 0],
      [4, 1],
    ] as const) {
      const name = node.inputs[position] ?? '';
      const dims = graph.initializers.get(name)?.dims;
      if (dims !== undefined) fresh.set(name, drawn(dims, { fill }, [seed, name]));
    }
  }
  return fresh;
}

/** One number throughout, or normal numbers around 0. */
type Draw = { readonly fill: number } | { readonly deviation: number };

function drawn(dims: readonly number[], draw: Draw, [seed, name]: readonly [number, string]): Tensor {
  const random = createRandom(seed, 'initialise', name);
  const next = 'fill' in draw ? (): number => draw.fill : (): number => draw.deviation * random.normal();
  return float32(dims, Float32Array.from({ length: sizeOf(dims) }, next));
}

function drawOf(node: GraphNode, position: number, dims: readonly number[]): Draw {
  switch (factsOf(node).weights?.[position]) {
    case 'kernel':
      return { deviation: Math.sqrt(2 / fanIn(node, position, dims)) };
    case 'table':
      return { deviation: 1 };
    case 'scale':
      return { fill: 1 };
    case 'slope':
      return { fill: 0.25 };
    case 'raw':
      // Which axes are channels is not known before the layer; as BERT and ViT draw their weights.
      return dims.filter((dim) => dim > 1).length > 1 ? { deviation: 0.02 } : { fill: 0 };
    default:
      return { fill: 0 };
  }
}

/** The count of numbers that are summed up to one of the result. */
function fanIn(node: GraphNode, position: number, dims: readonly number[]): number {
  switch (node.opType) {
    case 'Conv':
      return sizeOf(dims.slice(1));
    case 'ConvTranspose':
      return (at(dims, 0) / intAttribute(node, 'group', 1)) * sizeOf(dims.slice(2));
    case 'Gemm': {
      const transposed = intAttribute(node, position === 0 ? 'transA' : 'transB', 0);
      return at(dims, (transposed + position + 1) % 2);
    }
    default:
      return at(dims, position === 0 || dims.length === 1 ? -1 : -2);
  }
}
