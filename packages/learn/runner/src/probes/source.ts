import type { ScannedExample } from '@espalier/data';
import type { Model } from '@espalier/onnx';
import type { Preprocessing } from '@espalier/transfer';
import type { Kernel, Linear, Matrix, Standardisation } from '@espalier/probes';

/** One vector an example that a source can give, by name. */
export interface SourceBlock {
  /** Unique in its source, such as `18 quarters`. */
  readonly name: string;
  readonly width: number;
}

/** A part of a fitted probe: what it reads, and the layer on it. */
export interface FittedPart {
  readonly source: string;
  readonly block: string;
  readonly layer: Linear;
}

/** Where a probe's features come from: a network, or a recipe that needs none. */
export interface FeatureSource {
  /** The backbone's id, or the recipe's name. */
  readonly id: string;
  /** A recipe without pre-trained weights. */
  readonly plain: boolean;
  /** Whether it reads the same examples as a network in one graph, so that both can be read together. */
  readonly joins: boolean;
  readonly blocks: readonly SourceBlock[];
  /** How its graph's inputs are made. */
  readonly preprocessing: Preprocessing;
  /** Gets everything ready that the blocks of these examples need. */
  prepare(onProgress: (done: number, total: number) => void): Promise<void>;
  /** How many of some examples have features that are not there yet. */
  missing(examples: readonly ScannedExample[]): number;
  /** Mean and scale of a block's numbers over the labelled examples; null where it has none of its own. */
  standardisation(block: string): Promise<Standardisation | null>;
  /** Inner products of the labelled examples in one block, about 1 on the diagonal. */
  kernel(block: string): Promise<{ readonly kernel: Kernel; readonly gram: Matrix | null }>;
  /**
   * The layer on a block that coefficients of the labelled examples stand for.
   *
   * @param coefficients [labelled, classes]
   * @param share of the block in the probe's kernel
   */
  layer(block: string, coefficients: Float32Array, share: number): Promise<Linear>;
  /** What a layer adds to the logits of examples, [examples, classes]. */
  scores(block: string, layer: Linear, examples: readonly ScannedExample[]): Promise<Matrix>;
  /** The graph that ends in some blocks, and the name of each one's tensor. */
  graph(blocks: readonly string[]): { readonly model: Model; readonly tensors: readonly string[] };
  dispose(): Promise<void>;
}
