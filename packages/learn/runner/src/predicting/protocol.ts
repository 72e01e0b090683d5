import type { OnnxEngineOptions } from '@espalier/engine';
import type { Modality } from '@espalier/transfer';
import type { EmbeddedCard } from '../answer/export.js';
import type { Score } from '@espalier/tasks';
import type { Predictable, PreparedInput } from './predictor.js';

/** What is known of a model once it is open. */
export interface Opened {
  readonly path: string;
  readonly card: EmbeddedCard;
  readonly modality: Modality;
}

/** What became of a question; errors cross as data, because a class does not. */
export type Answer<T> =
  { readonly kind: 'done'; readonly value: T } | { readonly kind: 'failed'; readonly error: Told };

/** An error as it crosses. */
export type Told =
  | { readonly kind: 'example'; readonly name: string; readonly example: string; readonly reason: string }
  | { readonly kind: 'other'; readonly name: string; readonly message: string };

/** What the process that predicts is asked. */
export interface PredictingFunctions {
  /** Opens the model, once; asked again, it changes nothing. */
  open(model: string, options: OnnxEngineOptions): Promise<Answer<Opened>>;
  prepare(input: Predictable): Promise<Answer<PreparedInput>>;
  run(inputs: readonly PreparedInput[]): Promise<Answer<Score[][]>>;
  warmUp(): Promise<Answer<null>>;
}
