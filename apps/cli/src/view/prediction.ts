import { ExampleError } from '@espalier/data';
import type { Prediction } from '@espalier/sdk';
import { percent, writeLine } from './view.js';

/** A class and how probable it is, in 0..1. */
export interface Score {
  readonly label: string;
  readonly probability: number;
}

export interface PredictionOptions {
  /** How many classes to show. */
  readonly top: number;
  readonly json?: boolean;
}

/** One example and its classes, most probable first, as a line. */
export function predictionLine(
  id: string,
  scores: readonly Score[],
  { json, top }: PredictionOptions,
): string {
  const shown = scores.slice(0, top);
  if (json === true) return JSON.stringify({ file: id, labels: shown });
  return [id, ...shown.map(({ label, probability }) => `${label} ${percent(probability)}`)].join('\t');
}

/** Prints what became of an example; false where it cannot be read. */
export function sayPrediction(prediction: Prediction, options: PredictionOptions): boolean {
  if (prediction.kind === 'predicted') {
    writeLine(process.stdout, predictionLine(prediction.id, prediction.labels, options));
    return true;
  }
  sayUnreadable(prediction.error);
  return false;
}

/** Says on the error stream that an example cannot be read; any other error goes on. */
export function sayUnreadable(error: unknown): void {
  if (!(error instanceof ExampleError)) throw error;
  writeLine(process.stderr, `espalier: ${error.message}`);
}

/** Says on the error stream what was passed over or assumed: the output holds predictions alone. */
export const sayNote = (note: string): void => writeLine(process.stderr, note);
