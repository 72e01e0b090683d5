import { isAbsolute, relative } from 'node:path';
import type { Listener } from '@espalier/runner';
import type { FinishedStudy } from '@espalier/sdk';

/** The same durations as in reports. */
export { duration } from '@espalier/report/format';

/** How a search is shown. */
export interface SearchView {
  readonly onEvent: Listener;
  /** A line for people beside what is shown. */
  readonly say: (text: string) => void;
  /** The end of a search that has a result. */
  readonly finish: (study: FinishedStudy) => void;
  /** Leaves the terminal as it was. */
  readonly close: () => void;
}

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
export const rate = (value: number): string => value.toExponential(1).replace('e+', 'e');

/** A path as one types it here: relative where it lies below the working directory. */
export function shownPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' || short.startsWith('..') || isAbsolute(short) ? path : short;
}

/** Control characters of names from files must not reach a terminal; a tab is no harm. */
export const printable = (text: string): string =>
  text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g, '?');

/** Writes a line for people. */
export const writeLine = (stream: NodeJS.WritableStream, line: string): void => {
  stream.write(`${line.split('\n').map(printable).join('\n')}\n`);
};
