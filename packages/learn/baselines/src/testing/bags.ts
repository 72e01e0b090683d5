import { bagCharacters, bagWords } from '@espalier/data';
import { createSession, runSession, type Model, type Tensor } from '@espalier/onnx';
import { rowCount, type SparseRows } from '../bag/sparse.js';

/** Sparse rows as a row-major matrix [rows, width]. */
export function denseOf(rows: SparseRows): Float32Array {
  const dense = new Float32Array(rowCount(rows) * rows.width);
  for (let row = 0; row < rowCount(rows); row++) {
    for (let entry = rows.starts[row] as number; entry < (rows.starts[row + 1] as number); entry++) {
      dense[row * rows.width + (rows.columns[entry] as number)] = rows.values[entry] as number;
    }
  }
  return dense;
}

/** Texts as the inputs of a bag, filled up with zeros; `spare` more of them than it needs. */
export function feedsOf(texts: readonly string[], spare = 0): Record<'words' | 'characters', Tensor> {
  const tensorOf = (idsOf: (text: string) => number[]): Tensor => {
    const rows = texts.map(idsOf);
    const length = Math.max(1, ...rows.map((row) => row.length)) + spare;
    const data = new BigInt64Array(texts.length * length);
    rows.forEach((row, i) => data.set(BigInt64Array.from(row, BigInt), i * length));
    return { dtype: 'int64', dims: [texts.length, length], data };
  };
  return { words: tensorOf(bagWords), characters: tensorOf(bagCharacters) };
}

/** Opens a graph; what it gives runs it on a batch of texts. */
export async function openGraph(
  model: Model,
): Promise<(texts: readonly string[], spare?: number) => Promise<Tensor>> {
  const session = await createSession(model, { threads: 1 });
  const names = model.graph.inputs.map(({ name }) => name);
  return async (texts, spare) => {
    const feeds = Object.entries(feedsOf(texts, spare)).filter(([name]) => names.includes(name));
    return (await runSession(session, Object.fromEntries(feeds)))['bag'] as Tensor;
  };
}

/** The largest difference between two arrays of one length. */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs((a[i] as number) - (b[i] as number)));
  return most;
}
