import type { Model, Tensor } from '@espalier/onnx';
import { weight } from './weights.js';

/** Parameters of PyTorch that a weight of a file holds, side by side in its last axis (see tools/parity). */
export interface Source {
  readonly parts: readonly string[];
  /** Whether each is transposed. */
  readonly transposed: boolean;
}

/** Reads the sources of those inputs of a file that are weights from its metadata. */
export const sourcesOf = (model: Model): Map<string, Source> =>
  new Map(Object.entries(JSON.parse(model.metadata['espalier.sources'] ?? '{}') as Record<string, Source>));

/** A file's network with generated weights in place of the inputs that stand for them. */
export function withWeights(model: Model): Model {
  const sources = sourcesOf(model);
  const { graph } = model;
  const weights = graph.inputs.flatMap(({ name, shape }): [string, Tensor][] => {
    const source = sources.get(name);
    return source === undefined ? [] : [[name, weightOf(source, shape as number[])]];
  });
  return {
    ...model,
    graph: {
      ...graph,
      inputs: graph.inputs.filter(({ name }) => !sources.has(name)),
      initializers: new Map([...graph.initializers, ...weights]),
    },
    metadata: {},
  };
}

function weightOf(source: Source, dims: readonly number[]): Tensor {
  const last = dims.length - 1;
  const count = source.parts.length;
  const part = dims.map((dim, axis) => (axis === last ? dim / count : dim));
  const flat = part.filter((dim) => dim > 1).length < 2 && part.length === 2 ? [Math.max(...part)] : part;
  const parts = source.parts.map((name) =>
    source.transposed ? transpose(weight(name, part.toReversed())) : weight(name, flat),
  );
  return join(parts, dims);
}

export function transpose(tensor: Tensor): Tensor {
  const [rows, columns] = tensor.dims as [number, number];
  const from = tensor.data as Float32Array;
  const data = Float32Array.from(from, (_, i) => from[(i % rows) * columns + Math.floor(i / rows)] as number);
  return { dtype: 'float32', dims: [columns, rows], data };
}

function join(parts: readonly Tensor[], dims: readonly number[]): Tensor {
  const width = dims.at(-1) as number;
  const part = width / parts.length;
  const count = dims.reduce((a, b) => a * b, 1);
  const data = Float32Array.from({ length: count }, (_, i) => {
    const [row, column] = [Math.floor(i / width), i % width];
    return parts[Math.floor(column / part)]?.data[row * part + (column % part)] as number;
  });
  return { dtype: 'float32', dims, data };
}
