import type { ScannedExample } from '@espalier/data';
import { keepOutputs, type Model } from '@espalier/onnx';
import {
  denseKernel,
  factorKernel,
  matrix,
  primalOf,
  standardisationOf,
  standardised,
  type Matrix,
  type Products,
  type Standardisation,
} from '@espalier/probes';
import type { Preprocessing } from '@espalier/transfer';
import type { FeatureSource, SourceBlock } from './source.js';
import type { Vectors } from './vectors.js';

/** Above so many examples inner products take more room than the features. */
export const MOST_MULTIPLIED_OUT = 3000;

export interface DenseOptions {
  readonly id: string;
  readonly plain: boolean;
  readonly blocks: readonly (SourceBlock & { readonly tensor: string })[];
  readonly model: Model;
  readonly preprocessing: Preprocessing;
  readonly vectors: Vectors;
  readonly products: Products;
  readonly labelled: readonly ScannedExample[];
  readonly signal: AbortSignal;
}

/** A source whose blocks are outputs of a graph, cached as {@link Vectors}. */
export function denseSource(options: DenseOptions): FeatureSource {
  const { id, plain, blocks, model, preprocessing, vectors, products, labelled, signal } = options;
  const scales = new Map<string, Standardisation>();
  const indexOf = (block: string): number => blocks.findIndex(({ name }) => name === block);
  const rowsOf = (block: string, examples: readonly ScannedExample[]): Promise<Matrix> =>
    vectors.read(indexOf(block), examples);
  const scaleOf = async (block: string): Promise<Standardisation> => {
    const known = scales.get(block) ?? standardisationOf(await rowsOf(block, labelled));
    scales.set(block, known);
    return known;
  };
  return {
    id,
    plain,
    joins: false,
    blocks,
    preprocessing,
    prepare: (onProgress) => vectors.fill(labelled, { onProgress, signal }),
    missing: vectors.missing,
    standardisation: scaleOf,
    kernel: async (block) => {
      const z = standardised(await rowsOf(block, labelled), await scaleOf(block));
      if (labelled.length > MOST_MULTIPLIED_OUT) return { kernel: factorKernel(products, z), gram: null };
      const gram = await products.multiplyTransposed(z, z);
      return { kernel: denseKernel(products, gram), gram };
    },
    layer: async (block, coefficients, share) =>
      primalOf(await rowsOf(block, labelled), await scaleOf(block), coefficients, share),
    scores: async (block, { weight, bias }, examples) => {
      await vectors.fill(examples, { signal });
      const product = await products.multiply(await rowsOf(block, examples), weight);
      return matrix(
        product.rows,
        product.columns,
        product.data.map((value, i) => value + (bias[i % product.columns] as number)),
      );
    },
    graph: (wanted) => {
      const tensors = wanted.map((block) => blocks[indexOf(block)]?.tensor as string);
      const outputs = tensors.map((name) => model.graph.outputs.find((output) => output.name === name));
      return {
        model: keepOutputs(
          model,
          outputs.filter((output) => output !== undefined),
        ),
        tensors,
      };
    },
    dispose: () => vectors.dispose(),
  };
}
