import { writeIn } from '@espalier/study/words';

/** The same durations as in reports. */
export { duration } from '@espalier/report/format';

/** Formats a share, as in `87.2 %`; a dash where there is none. */
export const percent = (share: number | null): string =>
  share === null ? '–' : `${(100 * share).toFixed(1)} %`;

/** Formats a loss; a dash where there is none. */
export const loss = (value: number | null): string => (value === null ? '–' : value.toFixed(3));

/** Formats a learning rate, as in `3e-4`. */
export function rate(value: number): string {
  const text = value.toExponential(1).replace('.0e', 'e');
  return text.replace('e+0', '');
}

/** Formats a moment in the reader's locale. */
export const moment = (iso: string | null): string =>
  iso === null ? '–' : new Date(iso).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** Names a trial: `trial 3`, or `baseline from random weights` for a baseline. */
export const trialTitle = ({ role, number }: { readonly role: string; readonly number: number }): string =>
  role === 'searched' ? `trial ${number}` : `baseline from random weights${number === 0 ? '' : ` ${number}`}`;

/** Formats a value of a study's objective; a dash where there is none. */
export const objectiveText = (value: number | null, metric: { readonly unit: 'share' | 'number' }): string =>
  value === null ? '–' : writeIn(metric, value);

interface Measurement {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** As in `87.2 % (80.1 % to 92.0 %)`. */
export const withInterval = (
  { value, low, high }: Measurement,
  metric: { readonly unit: 'share' | 'number' },
): string =>
  `${objectiveText(value, metric)} (${objectiveText(low, metric)} to ${objectiveText(high, metric)})`;

const units = ['bytes', 'KB', 'MB', 'GB'] as const;

/** Formats a number of bytes. */
export function size(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${power === 0 ? bytes : (bytes / 1000 ** power).toFixed(1)} ${units[power]}`;
}

export const count = (number: number): string => number.toLocaleString('en');
