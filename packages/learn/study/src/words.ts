/** Writes a label within a sentence: "Macro F1" as "macro F1". */
export const inSentence = (label: string): string => label.charAt(0).toLowerCase() + label.slice(1);

/** Formats a value of a metric: a share as `93.3 %`, a number as `0.421`. */
export const writeIn = ({ unit }: { readonly unit: 'share' | 'number' }, value: number): string =>
  unit === 'share' ? `${(100 * value).toFixed(1)} %` : value.toFixed(3);

/** Writes a gain, of which more is better, as the value of the objective that it is of. */
export const writeGain = (
  { unit, direction }: { readonly unit: 'share' | 'number'; readonly direction: 'maximise' | 'minimise' },
  gain: number,
): string => writeIn({ unit }, direction === 'maximise' ? gain : -gain);

/** What random search would have found for the same work, beside what a search found; gains of the objective. */
export interface ReplayedGains {
  readonly reached: number;
  readonly random: number;
  readonly low: number;
  readonly high: number;
}

/** Compares a search with random search, in two sentences. */
export function replaySentences(
  objective: Parameters<typeof writeGain>[0],
  { reached, random, low, high }: ReplayedGains,
): string {
  const [found, mean, least, most] = [reached, random, low, high].map((gain) => writeGain(objective, gain));
  return (
    `Random search is expected to reach ${mean} with the same work (${least} to ${most} in nine of ten runs); ` +
    `this search is expected at ${found}. Both are what the model of the trials says, behind their noise.`
  );
}

const article = (noun: string): string => (/^[aeiou]/i.test(noun) ? 'an' : 'a');

/**
 * Names what a value is of: an accuracy speaks for itself, as in `expect 93.3 %`; of others the metric is named,
 * as in `expect a macro F1 of 81.2 %`.
 *
 * @param written the value, formatted
 */
export const namedValue = (
  { name, label }: { readonly name: string; readonly label: string },
  written: string,
): string => (name === 'accuracy' ? written : `${article(label)} ${inSentence(label)} of ${written}`);

/** Formats a difference of a metric: of shares as `3.1 points`. */
export const writeGap = ({ unit }: { readonly unit: 'share' | 'number' }, value: number): string =>
  unit === 'share' ? `${(100 * value).toFixed(1)} points` : value.toFixed(3);

export { readAmount, writeAmount } from './amounts.js';
