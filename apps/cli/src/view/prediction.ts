import { ExampleError } from '@espalier/data';
import type { Prediction } from '@espalier/sdk';
import { sayTrouble } from '../failure.js';
import { percent, writeLine } from './view.js';

/** A class and its probability in 0..1. */
export interface ClassProbability {
  readonly label: string;
  readonly probability: number;
}

export interface PredictionOptions {
  /** Number of classes to show. */
  readonly top: number;
  readonly json?: boolean;
}

/** Formats an example and its classes, the most probable first, as a line. */
export function predictionLine(
  id: string,
  probabilities: readonly ClassProbability[],
  { json, top }: PredictionOptions,
): string {
  const shown = probabilities.slice(0, top);
  if (json === true) return JSON.stringify({ file: id, labels: shown });
  return [id, ...shown.map(({ label, probability }) => `${label} ${percent(probability)}`)].join('\t');
}

/** Prints the prediction of an example; returns false where the example cannot be read. */
export function sayPrediction(prediction: Prediction, options: PredictionOptions): boolean {
  if (prediction.kind === 'predicted') {
    writeLine(process.stdout, predictionLine(prediction.id, prediction.labels, options));
    return true;
  }
  sayUnreadable(prediction.error);
  return false;
}

/** Reports an unreadable example on the error stream; throws any other error. */
export function sayUnreadable(error: unknown): void {
  if (!(error instanceof ExampleError)) throw error;
  sayTrouble(error.message);
}

/** Reports skipped inputs and assumptions on the error stream, since the output holds only predictions. */
export const sayNote = (note: string): void => writeLine(process.stderr, note);
