import type { Agreement, ScoreTable } from './table.js';

/** Writes a score in its unit: a share as `93.3 %`, a count of weights as `2,206,816`, others as `-0.42`. */
export function writeScore({ unit }: { readonly unit: string }, value: number): string {
  if (unit === 'share') return `${(100 * value).toFixed(1)} %`;
  if (unit === 'weights') return value.toLocaleString('en-US');
  return value.toFixed(3);
}

/** Says which scores a backbone lacks, and why, a sentence each. */
export const absenceSentences = ({ absent }: Pick<ScoreTable, 'absent'>): string[] =>
  absent.map(({ backbone, titles, why }) => {
    const names = new Intl.ListFormat('en').format(titles);
    return `${backbone} has no ${names}: ${why}.`;
  });

/** Names what an agreement is with. */
export const titleOfAgreement = (agreement: Pick<Agreement, 'with'>): string =>
  `Rank correlation: ${agreement.with}s`;

/** Explains the table, for people. */
export const TABLE_NOTE =
  'A score says without training how well the features of a depth are expected to transfer; higher is better. ' +
  'The probe reads the same depth. ' +
  "A rank correlation (Kendall's) is 1 where a score orders the depths as the probes or the trials did, and about 0 where the orders have nothing in common.";
