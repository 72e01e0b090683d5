import type { StudyReport } from '@espalier/study';
import { fixed, percent } from '../../format.js';
import { blocks, number, table, text } from '../../markdown.js';
import { rowOf } from '../rows.js';
import type { MetricRow } from '../task.js';
import { classified, type Classified } from './classified.js';
import { confusionPictureUpTo } from './limits.js';
import { confusedPairs } from './pairs.js';

const confusionTableUpTo = 12;
const mostPairs = 10;

/** The metrics of a classifier on each split. */
export function metricRows(report: StudyReport): MetricRow[] {
  const { train, validation, test } = report.best;
  const row = (name: string, of: (split: Classified) => string): MetricRow =>
    rowOf(report, name, (split) => of(classified(split)));
  const top5 = [train, validation, test].every((split) => classified(split).top5Accuracy !== undefined);
  return [
    row('Accuracy', ({ accuracy }) => percent(accuracy)),
    row('95 % interval', ({ interval }) => `${percent(interval.low)} to ${percent(interval.high)}`),
    ...(top5 ? [row('Top-5 accuracy', ({ top5Accuracy }) => percent(top5Accuracy ?? 0))] : []),
    row('Balanced accuracy', balanced),
    row('Macro F1', ({ macroF1 }) => fixed(macroF1)),
    row('Log loss (nats)', ({ logLoss }) => fixed(logLoss)),
    row('Calibration error (ECE)', ({ calibrationError }) => fixed(calibrationError)),
    row('Brier score (0 to 2)', ({ brierScore }) => fixed(brierScore)),
    row('Examples', ({ examples }) => String(examples)),
  ];
}

const balanced = ({ balancedAccuracy, balancedInterval }: Classified): string =>
  balancedInterval === undefined
    ? percent(balancedAccuracy)
    : `${percent(balancedAccuracy)} (${percent(balancedInterval.low)} to ${percent(balancedInterval.high)})`;

/** Which class is taken for which: a table, or the picture and the worst pairs. */
export function confusion(report: StudyReport): string {
  const { classes } = report.dataset;
  if (classes.length <= confusionTableUpTo) return confusionTable(report);
  return blocks(
    classes.length <= confusionPictureUpTo ? '![Confusion matrix of the test split](confusion.svg)' : '',
    pairs(report),
  );
}

function confusionTable({ best, dataset: { classes } }: StudyReport): string {
  const rows = classified(best.test).confusion.map((row, label) => [
    `**${text(classes[label] as string)}**`,
    ...row.map((count, predicted) => (label === predicted ? `**${count}**` : String(count))),
  ]);
  return blocks(
    'Rows are the labels, columns what the model says.',
    table(['', ...classes.map((name) => number(text(name)))], rows),
  );
}

function pairs(report: StudyReport): string {
  const confused = confusedPairs(report);
  if (confused.length === 0) return 'No test example is taken for another class.';
  return blocks(
    'Confused most often:',
    table(
      ['Label', 'Taken for', number('Examples'), number('Of the label')],
      confused
        .slice(0, mostPairs)
        .map(({ label, predicted, count, share }) => [
          text(label),
          text(predicted),
          String(count),
          percent(share),
        ]),
    ),
  );
}

export const perClass = ({ best, dataset }: StudyReport): string =>
  table(
    ['Class', number('Precision'), number('Recall'), number('F1'), number('Support')],
    classified(best.test).perClass.map(({ precision, recall, f1, support }, index) => [
      text(dataset.classes[index] as string),
      percent(precision),
      percent(recall),
      fixed(f1),
      String(support),
    ]),
  );

export function calibration({ best }: StudyReport): string {
  const { calibrationError, brierScore } = classified(best.test);
  return blocks(
    `Expected calibration error ${fixed(calibrationError)}, Brier score ${fixed(brierScore)} (0 is best for both). ` +
      'Bars below the diagonal mean that the model is surer than it is right.',
    '![Reliability diagram of the test split](calibration.svg)',
  );
}
