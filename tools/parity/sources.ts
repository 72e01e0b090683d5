import { numbersOf, type Model, type Tensor } from '@espalier/onnx';
import { weight } from './weights.js';

/** Which parameters of PyTorch a weight of a file holds, side by side in its last axis (see transformer.py). */
export interface Source {
  readonly parts: readonly string[];
  /** Whether each is transposed. */
  readonly transposed: boolean;
}

export const sourcesOf = (model: Model): Map<string, Source> =>
  new Map(Object.entries(JSON.parse(model.metadata['espalier.sources'] ?? '{}') as Record<string, Source>));

/** The generated weight of a file. */
export function weightOf(source: Source, dims: readonly number[]): Tensor {
  const last = dims.length - 1;
  const count = source.parts.length;
  const part = dims.map((dim, axis) => (axis === last ? dim / count : dim));
  const flat = part.filter((dim) => dim > 1).length < 2 && part.length === 2 ? [Math.max(...part)] : part;
  const parts = source.parts.map((name) =>
    source.transposed ? transpose(weight(name, part.toReversed())) : weight(name, flat),
  );
  return join(parts, dims);
}

/** The parts of a tensor in the layout that PyTorch has. */
export const partsOf = (source: Source, tensor: Tensor): Tensor[] =>
  split(tensor, source.parts.length).map((part) => (source.transposed ? transpose(part) : part));

/**
 * Finds what a tensor of a normalised model holds, which may be named and laid out in another way than
 * in the file: the numbers tell.
 */
export function findSource(tensor: Tensor, parameters: ReadonlyMap<string, Tensor>): Source | null {
  for (const count of [1, 2, 3]) {
    if ((tensor.dims.at(-1) ?? 0) % count !== 0) continue;
    for (const transposed of [false, true]) {
      if (transposed && tensor.dims.length !== 2) continue;
      const names = partsOf({ parts: Array.from({ length: count }, () => ''), transposed }, tensor).map(
        (part) => [...parameters].find(([, known]) => same(known, part))?.[0],
      );
      if (names.every((name) => name !== undefined)) return { parts: names, transposed };
    }
  }
  return null;
}

const same = (a: Tensor, b: Tensor): boolean =>
  a.data.length === b.data.length && numbersOf(a).every((value, i) => value === b.data[i]);

function transpose(tensor: Tensor): Tensor {
  const [rows, columns] = tensor.dims as [number, number];
  const from = tensor.data as Float32Array;
  const data = Float32Array.from(from, (_, i) => from[(i % rows) * columns + Math.floor(i / rows)] as number);
  return { dtype: 'float32', dims: [columns, rows], data };
}

/** Equal parts along the last axis. */
function split(tensor: Tensor, count: number): Tensor[] {
  const width = tensor.dims.at(-1) as number;
  const part = width / count;
  const from = tensor.data as Float32Array;
  return Array.from({ length: count }, (_, k) => ({
    dtype: 'float32',
    dims: [...tensor.dims.slice(0, -1), part],
    data: Float32Array.from(
      { length: from.length / count },
      (_, i) => from[Math.floor(i / part) * width + k * part + (i % part)] as number,
    ),
  }));
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
