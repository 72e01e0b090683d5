import { renameInGraph, type Model } from '@espalier/onnx';
import { characterGrams, wordGrams } from './grams.js';
import { bagGraph } from './graph.js';
import { fitHalf, halfRow, type Half } from './half.js';
import type { SparseRows } from './sparse.js';

export interface BagOptions {
  /** Most single words and pairs of words; 20,000 by default. */
  readonly mostWords?: number;
  /** Most n-grams of characters; 50,000 by default. */
  readonly mostCharacters?: number;
}

/** Fitted TF-IDF features of texts: single words and pairs, and 2 to 5 characters within a word. */
export interface Bag {
  /** Number of features. */
  readonly width: number;
  /** Number of word features: columns 0..wordWidth - 1. Those of characters follow. */
  readonly wordWidth: number;
  /** The features [texts, width]. Those of words have length 1 in each row, or are all 0; so have the others. */
  readonly rows: (texts: readonly string[]) => SparseRows;
  /**
   * The same as an ONNX graph: from `words` and `characters` (a preprocessing of kind `bag`) to `bag`,
   * float32 [batch, width]. Where no text had a word, it has no input `words`.
   *
   * @param prefix stands before every name, for a graph that goes beside another
   */
  readonly model: (prefix?: string) => Model;
}

/**
 * Learns n-grams and their weights from texts: (1 + ln tf) idf with idf = ln((1 + n) / (1 + df)) + 1, as
 * scikit-learn's TfidfVectorizer with `sublinear_tf`. The same texts in any order give the same bag.
 *
 * @throws RangeError where the texts hold no character but white space
 */
export function fitBag(texts: readonly string[], options: BagOptions = {}): Bag {
  const { mostWords = 20_000, mostCharacters = 50_000 } = options;
  const halves = [fitHalf(texts, wordGrams, mostWords), fitHalf(texts, characterGrams, mostCharacters)];
  const [wordWidth = 0, characterWidth = 0] = halves.map(({ grams }) => grams.length);
  const width = wordWidth + characterWidth;
  if (width === 0) throw new RangeError('a bag needs texts with at least one character');
  return {
    width,
    wordWidth,
    rows: (others) => sparseRows(halves, width, others),
    model: (prefix = '') => prefixed(bagGraph(halves), prefix),
  };
}

function prefixed(model: Model, prefix: string): Model {
  const rename = (name: string): string => `${prefix}${name}`;
  const graph = renameInGraph(model.graph, rename);
  const nodes = graph.nodes.map((node) => ({ ...node, name: rename(node.name) }));
  return { ...model, graph: { ...graph, nodes } };
}

function sparseRows(halves: readonly Half[], width: number, texts: readonly string[]): SparseRows {
  const parts = texts.map((text) => halves.map((half) => halfRow(half, text)));
  const starts = new Int32Array(texts.length + 1);
  parts.forEach((row, i) => {
    starts[i + 1] = row.reduce((sum, { columns }) => sum + columns.length, starts[i] as number);
  });
  const columns = new Int32Array(starts[texts.length] as number);
  const values = new Float32Array(columns.length);
  let place = 0;
  for (const row of parts) {
    let first = 0;
    for (const [i, part] of row.entries()) {
      columns.set(first === 0 ? part.columns : part.columns.map((column) => column + first), place);
      values.set(part.values, place);
      place += part.columns.length;
      first += halves[i]?.grams.length ?? 0;
    }
  }
  return { width, starts, columns, values };
}
