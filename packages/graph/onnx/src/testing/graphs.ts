import { createRandom } from '@espalier/base/random';
import { at, lookUp } from '../graph/at.js';
import { type Dimension, type GraphNode, type Model } from '../graph/model.js';
import { float32, sizeOf, type Tensor, floatsOf } from '../graph/tensor.js';
import { normaliseModel } from '../normalise/index.js';
import { createSession, runSession } from '../runtime/session.js';

export interface TestGraph {
  readonly nodes: readonly GraphNode[];
  readonly initializers?: Readonly<Record<string, Tensor>>;
  /** Inputs by name; float32. */
  readonly inputs?: Readonly<Record<string, readonly Dimension[]>>;
  readonly outputs?: readonly string[];
  readonly opset?: number;
}

/** A model of a few nodes; by default its one input is `x` and its output what the last node makes. */
export function graphOf({ nodes, initializers = {}, inputs, outputs, opset = 18 }: TestGraph): Model {
  return {
    irVersion: 8,
    opsets: new Map([['', opset]]),
    graph: {
      name: 'test',
      nodes,
      inputs: Object.entries(inputs ?? { x: ['batch', 4] }).map(([name, shape]) => ({
        name,
        dtype: 'float32',
        shape,
      })),
      outputs: (outputs ?? [nodes.at(-1)?.outputs[0] as string]).map((name) => ({
        name,
        dtype: 'float32',
        shape: null,
      })),
      initializers: new Map(Object.entries(initializers)),
    },
    metadata: {},
  };
}

/** Numbers in [-1, 1) that repeat for the same name. */
export function noise(name: string, dims: readonly number[], scale = 1): Tensor {
  const random = createRandom('noise', name);
  return float32(
    dims,
    Float32Array.from({ length: sizeOf(dims) }, () => scale * (2 * random.uniform() - 1)),
  );
}

export async function run(
  model: Model,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Record<string, Tensor>> {
  const session = await createSession(model);
  try {
    return await runSession(session, feeds);
  } finally {
    await session.release();
  }
}

/** Runs a model as it is and normalised; the first output of each. */
export async function runBoth(
  model: Model,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<{ readonly before: Tensor; readonly after: Tensor; readonly normalised: Model }> {
  const normalised = normaliseModel(model);
  const { name } = at(model.graph.outputs, 0);
  const resultOf = async (one: Model): Promise<Tensor> =>
    lookUp(new Map(Object.entries(await run(one, feeds))), name);
  const [before, after] = [await resultOf(model), await resultOf(normalised)];
  return { before, after, normalised };
}

/** Largest difference of two float tensors of one shape, relative to the largest element. */
export function difference(a: Tensor, b: Tensor): number {
  if (a.dims.join() !== b.dims.join()) return Infinity;
  const [x, y] = [floatsOf(a), floatsOf(b)];
  let [most, scale] = [0, 1e-6];
  for (let i = 0; i < x.length; i++) {
    const gap = Math.abs(at(x, i) - at(y, i));
    if (!(gap <= most)) most = gap;
    scale = Math.max(scale, Math.abs(at(x, i)));
  }
  return most / scale;
}

export const operatorsOf = (model: Model): string[] => model.graph.nodes.map(({ opType }) => opType);
