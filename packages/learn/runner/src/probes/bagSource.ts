import { bagNames, fitBag, sparseGram, transposeTimes, type Bag, type SparseRows } from '@espalier/baselines';
import { textOf, type ScannedExample } from '@espalier/data';
import { denseKernel, matrix, type Kernel, type Matrix, type Products } from '@espalier/probes';
import { MOST_MULTIPLIED_OUT } from './denseSource.js';
import type { FeatureSource } from './source.js';

/** What the recipe is called, for people. */
const TITLE = 'words and characters';
const BLOCK = 'bag';
/** Stands before the graph's names: a network beside it may have tensors that are called `words`. */
const PREFIX = 'bag_of_';
const named = (name: string): string => `${PREFIX}${name}`;
/** Its two halves have length 1 each. */
const SCALE = 1 / 2;

/** TF-IDF of the words and characters of texts, learnt from the labelled ones. */
export function bagSource(products: Products, labelled: readonly ScannedExample[]): FeatureSource {
  let fitted: { readonly bag: Bag; readonly rows: SparseRows } | null = null;
  const fit = (): NonNullable<typeof fitted> => {
    if (fitted === null) {
      const texts = labelled.map(textOf);
      const bag = fitBag(texts);
      fitted = { bag, rows: bag.rows(texts) };
    }
    return fitted;
  };
  return {
    id: TITLE,
    plain: true,
    joins: true,
    preprocessing: {
      kind: 'bag',
      inputs: { words: named(bagNames.words), characters: named(bagNames.characters) },
    },
    get blocks() {
      return [{ name: BLOCK, width: fit().bag.width }];
    },
    prepare: () => Promise.resolve(),
    missing: () => 0,
    standardisation: () => Promise.resolve(null),
    kernel: () => {
      const { rows } = fit();
      if (labelled.length > MOST_MULTIPLIED_OUT) {
        return Promise.resolve({ kernel: sparseKernel(rows, labelled.length), gram: null });
      }
      const numbers = Float32Array.from(sparseGram(rows), (value) => SCALE * value);
      const gram = matrix(labelled.length, labelled.length, numbers);
      return Promise.resolve({ kernel: denseKernel(products, gram), gram });
    },
    layer: (_block, coefficients, share) => {
      const { bag, rows } = fit();
      const classes = coefficients.length / labelled.length;
      const sums = transposeTimes(rows, Float64Array.from(coefficients), classes);
      const weight = matrix(
        bag.width,
        classes,
        Float32Array.from(sums, (value) => SCALE * share * value),
      );
      return Promise.resolve({ weight, bias: new Float64Array(classes) });
    },
    scores: (_block, { weight }, examples) =>
      Promise.resolve(sparseTimes(fit().bag.rows(examples.map(textOf)), weight, examples.length)),
    graph: () => ({ model: fit().bag.model(PREFIX), tensors: [named(bagNames.bag)] }),
    dispose: () => Promise.resolve(),
  };
}

/** [rows, columns of b] */
function sparseTimes({ starts, columns, values }: SparseRows, b: Matrix, rows: number): Matrix {
  const result = matrix(rows, b.columns);
  for (let row = 0; row < rows; row++) {
    for (let i = starts[row] as number; i < (starts[row + 1] as number); i++) {
      const [value, at] = [values[i] as number, (columns[i] as number) * b.columns];
      for (let c = 0; c < b.columns; c++) {
        const place = row * b.columns + c;
        result.data[place] = (result.data[place] as number) + value * (b.data[at + c] as number);
      }
    }
  }
  return result;
}

/** Inner products of many texts, which are not written out. */
const sparseKernel = (rows: SparseRows, count: number): Kernel => ({
  rows: count,
  apply: ({ columns, data }) => {
    const sums = transposeTimes(rows, Float64Array.from(data), columns);
    const weight = matrix(
      rows.width,
      columns,
      Float32Array.from(sums, (value) => SCALE * value),
    );
    return Promise.resolve(sparseTimes(rows, weight, count));
  },
});
