import { providers, type Provider } from '@espalier/engine';
import { openPredictor, predictEach, type Outcome, type Predictable, type Predictor } from '@espalier/runner';
import { z } from 'zod';
import { callback, checked, stopper } from '../check.js';
import { examplesOf, type Input } from './inputs.js';

/** The result for one input: its classes, most probable first, or the error that says why it cannot be read. */
export type Prediction = Outcome;

export interface PredictOptions {
  /** Examples per batch, 1 or more; 16 by default. */
  readonly batch?: number;
  /** Column of the text where an input is a table; guessed by default. */
  readonly textColumn?: string;
  /** Execution provider; `cpu` by default. Ignored for a model that is open already. */
  readonly provider?: Provider;
  /** Called with a note for skipped inputs, such as files of a folder that are no pictures, and for assumptions. */
  readonly onNote?: (note: string) => void;
  /** Ends the predictions between two batches, with its reason. */
  readonly signal?: AbortSignal;
}

const schema = z.strictObject({
  batch: z.number().int().min(1).default(16),
  textColumn: z.string().optional(),
  provider: z.enum(providers).default('cpu'),
  onNote: callback<(note: string) => void>(),
  signal: stopper,
});

/**
 * Classifies inputs with the model of a study, batch by batch and in order.
 *
 * @param model the folder of a study, its `model.onnx`, or what `openPredictor` opened, which stays open
 * @param inputs files and folders; for texts also tables, .txt files with one text per line, and the texts
 *   themselves; or examples, whose content may be in memory
 * @throws SdkError for invalid options, at once; during iteration, SdkError where an input
 *   does not exist, OnnxError, StudyError, TokenizerError or EngineError where the model cannot be used
 */
export function predict(
  model: string | Predictor,
  inputs: Input<Predictable> | readonly Input<Predictable>[],
  options: PredictOptions = {},
): AsyncGenerator<Prediction> {
  const asked = checked(schema, options, 'predict');
  return predictions(model, isList(inputs) ? inputs : [inputs], asked);
}

/** Classifies inputs like {@link predict} and collects all results in memory. */
export async function predictAll(
  model: string | Predictor,
  inputs: Input<Predictable> | readonly Input<Predictable>[],
  options: PredictOptions = {},
): Promise<Prediction[]> {
  const all: Prediction[] = [];
  for await (const prediction of predict(model, inputs, options)) all.push(prediction);
  return all;
}

/** `Array.isArray` does not narrow readonly arrays. */
export const isList = <T>(value: T | readonly T[]): value is readonly T[] => Array.isArray(value);

async function* predictions(
  model: string | Predictor,
  inputs: readonly Input<Predictable>[],
  { batch, textColumn, provider, onNote, signal }: z.output<typeof schema>,
): AsyncGenerator<Prediction> {
  const predictor = typeof model === 'string' ? await openPredictor(model, { provider }) : model;
  try {
    for await (const part of parts(
      examplesOf(predictor.modality, inputs, { column: textColumn, onNote }),
      batch,
    )) {
      signal?.throwIfAborted();
      yield* await predictEach(predictor, part);
    }
  } finally {
    if (typeof model === 'string') await predictor.dispose();
  }
}

async function* parts<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let part: T[] = [];
  for await (const item of items) {
    part.push(item);
    if (part.length < size) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}
