import { createSession, float32, runSession, type Model } from '@espalier/onnx';
import { createGraph, type GraphBuilder } from '../graph.js';

/** Runs a graph on examples of one shape, all in one batch: the features of each. */
export async function runModel(
  model: Model,
  shape: readonly number[],
  examples: readonly Float32Array[],
): Promise<Float32Array[]> {
  const size = shape.reduce((a, b) => a * b, 1);
  const data = new Float32Array(examples.length * size);
  for (const [i, example] of examples.entries()) data.set(example, i * size);
  const session = await createSession(model, { threads: 1 });
  const { features } = await runSession(session, { input: float32([examples.length, ...shape], data) });
  const values = features?.data as Float32Array;
  const width = values.length / examples.length;
  return examples.map((_, i) => values.slice(i * width, (i + 1) * width));
}

/** Runs one part of a graph on one example, and flattens what it gives. */
export async function runPart(
  shape: readonly number[],
  values: Float32Array,
  width: number,
  add: (graph: GraphBuilder, input: string) => string,
): Promise<number[]> {
  const graph = createGraph();
  const flat = graph.op('Flatten', [add(graph, 'input')], { axis: 1 });
  const model = graph.build({ name: 'input', shape }, flat, width);
  return Array.from((await runModel(model, shape, [values]))[0] as Float32Array);
}

/** Numbers in 0..1 without a pattern, the same each time. */
export const noise = (length: number, seed = 1): Float32Array =>
  Float32Array.from({ length }, (_, i) => {
    const value = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43_758.5453;
    return value - Math.floor(value);
  });
