/** The same durations as in reports. */
export { duration } from '@espalier/report/format';

/** As in `87.2 %`; a dash where there is none. */
export const percent = (share: number | null): string =>
  share === null ? '–' : `${(100 * share).toFixed(1)} %`;

/** A log loss in nats; a dash where there is none. */
export const loss = (nats: number | null): string => (nats === null ? '–' : nats.toFixed(3));

/** As in `3e-4`, in the way a learning rate is written. */
export function rate(value: number): string {
  const text = value.toExponential(1).replace('.0e', 'e');
  return text.replace('e+0', '');
}

/** A moment in the reader's own way of writing it. */
export const moment = (iso: string | null): string =>
  iso === null ? '–' : new Date(iso).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** `trial 3`, or `from random weights 0` for a baseline. */
export const trialTitle = ({ role, number }: { readonly role: string; readonly number: number }): string =>
  role === 'searched' ? `trial ${number}` : `from random weights${number === 0 ? '' : ` ${number}`}`;

/** A value of the objective of a study; a dash where there is none. */
export const objectiveText = (
  value: number | null,
  { unit }: { readonly unit: 'share' | 'number' },
): string => (unit === 'share' ? percent(value) : loss(value));

const units = ['bytes', 'KB', 'MB', 'GB'] as const;

/** A size for people. */
export function size(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${power === 0 ? bytes : (bytes / 1000 ** power).toFixed(1)} ${units[power]}`;
}

export const count = (number: number): string => number.toLocaleString('en');
