import type { Modality } from '@espalier/transfer';
import type { Example } from '../dataset.js';
import type { ExampleView } from '../modalities/view.js';

/** The numbers of one input of a network. */
export type Values = Float32Array | BigInt64Array;

export interface EncoderInput {
  /** Name of the graph's input. */
  readonly name: string;
  readonly dtype: 'float32' | 'int64';
}

/**
 * Shape of one example of each input, without the batch. A first axis of `null` is free: it is as long as
 * the example asks for, at least 1, and a batch is filled up with zeros to its longest example.
 */
export type Shapes = Readonly<Record<string, readonly (number | null)[]>>;

/** What the encoder looks at. */
export type Encodable = Pick<Example, 'id' | 'content'>;

/**
 * Preprocessing made ready to run: turns examples into a network's inputs.
 *
 * Examples of one modality may differ in length. Their shapes are a few buckets; an example belongs to
 * one, that of its plain view, and a batch holds examples of one. Free axes are for what is not trained
 * through: a training step is compiled for the shapes of a bucket.
 */
export interface Encoder {
  readonly modality: Modality;
  /** The first is the data, the others go with it, such as an attention mask. */
  readonly inputs: readonly EncoderInput[];
  /** The shapes of each bucket, shortest first. */
  readonly buckets: readonly Shapes[];
  /** The largest token id that the inputs can hold; only of texts. */
  readonly largestToken?: () => number;
  bucketOf(example: Encodable): number;
  /** Tokens of a text behind the last one that the network reads; only of texts. */
  readonly unread?: (example: Encodable) => number;
  /** Inputs without content that a network accepts, to find out its shapes. */
  blank(bucket: number): Readonly<Record<string, Values>>;
  /**
   * One example under one view.
   *
   * @param bucket the example's, or a longer one
   * @throws ExampleError where the example cannot be read
   */
  encode(example: Encodable, view: ExampleView, bucket: number): Promise<Readonly<Record<string, Values>>>;
}
