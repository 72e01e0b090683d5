import { visitGrams, type GramKind } from './grams.js';
import { chooseGrams } from './vocabulary.js';

/** The n-grams of one kind that a bag knows, each a column, and what each weighs. */
export interface Half {
  readonly kind: GramKind;
  /** Keys of the n-grams (grams.ts), the shorter first. */
  readonly grams: readonly string[];
  readonly columns: ReadonlyMap<string, number>;
  /** ln((1 + texts) / (1 + texts with the n-gram)) + 1 of each column. */
  readonly idf: Float32Array;
}

export function fitHalf(texts: readonly string[], kind: GramKind, most: number): Half {
  const chosen = chooseGrams(texts, kind, most);
  return {
    kind,
    grams: chosen.map(({ key }) => key),
    columns: new Map(chosen.map(({ key }, column) => [key, column])),
    idf: Float32Array.from(chosen, ({ documents }) => Math.log((1 + texts.length) / (1 + documents)) + 1),
  };
}

/** The columns of one text that are not 0, ascending, and their values. */
export interface HalfRow {
  readonly columns: Int32Array;
  /** Of length 1 all together, or empty. */
  readonly values: Float64Array;
}

/** (1 + ln count) idf of each known n-gram, divided by the row's length. */
export function halfRow({ kind, columns: known, idf }: Half, text: string): HalfRow {
  const counts = new Map<number, number>();
  visitGrams(text, kind, (key) => {
    const column = known.get(key);
    if (column !== undefined) counts.set(column, (counts.get(column) ?? 0) + 1);
  });
  const columns = Int32Array.from(counts.keys()).sort();
  const weights = Float64Array.from(
    columns,
    (column) => (1 + Math.log(counts.get(column) as number)) * (idf[column] as number),
  );
  const length = Math.sqrt(weights.reduce((sum, weight) => sum + weight * weight, 0));
  return { columns, values: weights.map((weight) => weight / length) };
}
