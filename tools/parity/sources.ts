import { transpose, type Source } from '@espalier/conformance/architectures';
import { numbersOf, type Tensor } from '@espalier/onnx';

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
