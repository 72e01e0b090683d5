import { counted, thousands } from '../format.js';
import { blocks, bullets, firstOf, number, table, text } from '../markdown.js';
import type { StudyReport } from '@espalier/study';

const named = 10;

/** Describes the dataset of training and measurement, and its faults. */
export const datasetFacts = (report: StudyReport): string =>
  blocks(
    report.dataset.labelsFrom === null
      ? ''
      : `The classes are taken from ${text(report.dataset.labelsFrom)}.`,
    splitCounts(report),
    report.dataset.imbalance === null ? 'The classes are not imbalanced.' : text(report.dataset.imbalance),
    corruptFiles(report),
    leakage(report),
    bullets(report.dataset.notes.map(text)),
  );

export function splitCounts({ dataset: { classes, splits } }: StudyReport): string {
  const of = (counts: readonly number[]): number[] => [...counts, counts.reduce((sum, n) => sum + n, 0)];
  const columns = [of(splits.train), of(splits.validation), of(splits.test)];
  const row = (name: string, index: number): string[] => {
    const counts = columns.map((column) => column[index] as number);
    return [name, ...[...counts, counts.reduce((sum, n) => sum + n, 0)].map(thousands)];
  };
  return table(
    ['Class', number('Training'), number('Validation'), number('Test'), number('All')],
    [...classes.map((name, index) => row(text(name), index)), row('**All**', classes.length)],
  );
}

function corruptFiles({ dataset: { corrupt } }: StudyReport): string {
  if (corrupt.length === 0) return 'Every file could be read.';
  const files = corrupt.map(({ id, reason }) => `${text(id)}: ${text(reason)}`);
  return blocks(
    `${counted(corrupt.length, 'file')} could not be read and ${corrupt.length === 1 ? 'was' : 'were'} left out:`,
    bullets(firstOf(files, named)),
  );
}

function leakage({ dataset: { leaks } }: StudyReport): string {
  if (leaks.length === 0) return 'No near duplicates were found across the splits.';
  const pairs = leaks.map(
    ({ a, splitA, b, splitB, distance }) =>
      `${text(a)} (${text(splitA)}) and ${text(b)} (${text(splitB)}), ${counted(distance, 'bit')} apart`,
  );
  return blocks(
    `${counted(leaks.length, 'pair')} of near duplicates across the splits:`,
    bullets(firstOf(pairs, named)),
  );
}
