import { ExampleError } from '@espalier/data';
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

/** Says on the error stream that an example cannot be read; any other error goes on. */
export function sayUnreadable(error: unknown): void {
  if (!(error instanceof ExampleError)) throw error;
  writeLine(process.stderr, `espalier: ${error.message}`);
}
