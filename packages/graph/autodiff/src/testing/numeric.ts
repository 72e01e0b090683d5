import {
  floatsOf,
  lookUp,
  createSession,
  float32,
  runSession,
  sizeOf,
  traceModel,
  type GraphNode,
  type Model,
  type Tensor,
} from '@espalier/onnx';
import { createRandom } from '@espalier/base/random';
import { differentiate } from '../backward.js';
import { createBuilder } from '../graph/builder.js';
import { lowerForward } from '../rewrites/index.js';

/** A small graph whose gradients are checked; the outputs of the last node are its result. */
export interface NumericCase {
  readonly nodes: readonly GraphNode[];
  /** Values of the inputs to differentiate with respect to. */
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly constants?: Readonly<Record<string, Tensor>>;
  /** Rewrites the forward graph first, as training does; needed where a rule relies on it. */
  readonly lower?: boolean;
}

/**
 * Distinct values in [low, high] in random order, none at a multiple of the spacing: kinks at whole
 * numbers and ties stay further away than a finite difference reaches.
 */
export function spreadValues(name: string, dims: readonly number[], low = -1, high = 1): Tensor {
  const count = sizeOf(dims);
  const places = Array.from({ length: count }, (_, i) => low + ((high - low) * (i + 0.37)) / count);
  return float32(dims, Float32Array.from(createRandom('spread', name, count).shuffle(places)));
}

/** Far smaller than the spacing of values, far larger than float32's rounding. */
const STEP = 2 ** -9;
/** Elements of an input beyond this are sampled. */
const MOST_ELEMENTS = 48;

/**
 * Largest difference between the rules' gradients and central finite differences, Richardson's
 * extrapolation of two steps, relative to the largest gradient.
 */
export async function numericError(theCase: NumericCase): Promise<number> {
  const { forward, outputs, weights, gradients } = await ruleGradients(theCase);
  const loss = await lossOf(forward, outputs, weights);
  const errors: number[] = [];
  let scale = 1e-3;
  for (const [name, gradient] of gradients) {
    const shape = theCase.inputs[name]?.dims.join();
    if (gradient.dims.join() !== shape) throw new Error(`gradient of ${name} has shape [${gradient.dims}]`);
    for (const element of elementsOf(gradient.data.length)) {
      const expected = await slope(loss.run, theCase.inputs, name, element);
      scale = Math.max(scale, Math.abs(expected));
      errors.push(Math.abs(expected - Number(gradient.data[element])));
    }
  }
  await loss.close();
  return Math.max(...errors) / scale;
}

/** Gradients by the rules of a case whose loss is the sum of its outputs times fixed weights. */
export interface RuleGradients {
  readonly forward: Model;
  readonly outputs: readonly string[];
  /** One tensor an output. */
  readonly weights: readonly Tensor[];
  /** The loss's gradient, by input. */
  readonly gradients: ReadonlyMap<string, Tensor>;
}

export async function ruleGradients(theCase: NumericCase, threads?: number): Promise<RuleGradients> {
  const names = Object.keys(theCase.inputs);
  const forward = forwardModel(theCase);
  const trace = await traceModel(forward, theCase.inputs);
  const dims = new Map([...trace.tensors].map(([name, tensor]) => [name, tensor.dims]));
  const outputs = theCase.nodes.at(-1)?.outputs ?? [];
  const weights = outputs.map((name) => spreadValues(`weight of ${name}`, dims.get(name) ?? [], -1.3, 0.9));

  const b = createBuilder(trace.model.graph, dims);
  for (const name of names) b.declare(name, lookUp(dims, name));
  if (theCase.lower === true) lowerForward(b, trace.model.graph, new Set());
  else trace.model.graph.nodes.forEach(b.append);
  const seeds = outputs.map((name, i) => [name, b.constant(weights[i] as Tensor, 'seed')] as const);
  const gradients = differentiate(b, new Map(seeds), names);
  const results = names.map((name) => lookUp(gradients, name));
  const backward: Model = {
    ...forward,
    opsets: new Map([...forward.opsets, ['com.microsoft', 1]]),
    graph: {
      ...trace.model.graph,
      nodes: b.nodes,
      initializers: b.initializers,
      inputs: names.map((name) => ({ name, dtype: 'float32', shape: b.dims(name) })),
      outputs: [...new Set(results)].map((name) => ({ name, dtype: null, shape: null })),
    },
  };
  const found = await runOnce(backward, theCase.inputs, threads);
  const byInput = names.map((name, i): [string, Tensor] => [name, found[results[i] as string] as Tensor]);
  return { forward, outputs, weights, gradients: new Map(byInput) };
}

function forwardModel({ nodes, inputs, constants = {} }: NumericCase): Model {
  return {
    irVersion: 8,
    opsets: new Map([['', 18]]),
    graph: {
      name: 'case',
      nodes,
      inputs: Object.entries(inputs).map(([name, { dtype, dims }]) => ({ name, dtype, shape: dims })),
      outputs: (nodes.at(-1)?.outputs ?? []).map((name) => ({ name, dtype: null, shape: null })),
      initializers: new Map(Object.entries(constants)),
    },
    metadata: {},
  };
}

async function runOnce(
  model: Model,
  feeds: Readonly<Record<string, Tensor>>,
  threads?: number,
): Promise<Record<string, Tensor>> {
  const session = await createSession(model, threads === undefined ? {} : { threads });
  try {
    const used = Object.entries(feeds).filter(([name]) => session.inputNames.includes(name));
    return await runSession(session, Object.fromEntries(used));
  } finally {
    await session.release();
  }
}

type Loss = (feeds: Readonly<Record<string, Tensor>>) => Promise<number>;

async function lossOf(
  model: Model,
  outputs: readonly string[],
  weights: readonly Tensor[],
): Promise<{ run: Loss; close: () => Promise<void> }> {
  const session = await createSession(model);
  const run: Loss = async (feeds) => {
    const results = await runSession(session, feeds);
    return outputs.reduce((total, name, i) => {
      const weight = weights[i]?.data as Float32Array;
      const value = results[name]?.data as Float32Array;
      return value.reduce((sum, y, at) => sum + y * (weight[at] as number), total);
    }, 0);
  };
  return { run, close: () => session.release() };
}

const elementsOf = (count: number): number[] => {
  const all = Array.from({ length: count }, (_, i) => i);
  return count <= MOST_ELEMENTS ? all : createRandom('elements', count).shuffle(all).slice(0, MOST_ELEMENTS);
};

async function slope(
  loss: Loss,
  inputs: Readonly<Record<string, Tensor>>,
  name: string,
  element: number,
): Promise<number> {
  const tensor = inputs[name] as Tensor;
  const at = async (offset: number): Promise<number> => {
    const data = floatsOf(tensor).slice();
    data[element] = (data[element] as number) + offset;
    return loss({ ...inputs, [name]: { ...tensor, data } });
  };
  const difference = async (h: number): Promise<number> => ((await at(h)) - (await at(-h))) / (2 * h);
  const [coarse, fine] = [await difference(2 * STEP), await difference(STEP)];
  return (4 * fine - coarse) / 3;
}
