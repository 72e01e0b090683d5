import { isAbsolute, relative } from 'node:path';
import type { Listener } from '@espalier/runner';
import type { FinishedStudy } from '@espalier/sdk';

/** Formats durations like the reports. */
export { duration } from '@espalier/report/format';

/** Shows a search. */
export interface SearchView {
  readonly onEvent: Listener;
  /** Prints a line for people beside the view. */
  readonly say: (text: string) => void;
  /** Shows the result of a finished search. */
  readonly finish: (study: FinishedStudy) => void;
  /** Restores the terminal. */
  readonly close: () => void;
}

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
export const rate = (value: number): string => value.toExponential(1).replace('e+', 'e');

/** Shortens a path: relative if it lies below the working directory. */
export function shownPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' || short.startsWith('..') || isAbsolute(short) ? path : short;
}

/** Removes control characters, which names from files must not send to a terminal; tabs are harmless. */
export const printable = (text: string): string =>
  text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g, '?');

/** Writes a line for people. */
export const writeLine = (stream: NodeJS.WritableStream, line: string): void => {
  stream.write(`${line.split('\n').map(printable).join('\n')}\n`);
};
