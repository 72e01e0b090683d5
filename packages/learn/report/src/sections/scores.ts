import type { StudyReport } from '@espalier/study';
import {
  absenceSentences,
  scoreTableOf,
  TABLE_NOTE,
  titleOfAgreement,
  writeScore,
} from '@espalier/study/scores';
import { objectiveOf, writeMetric, writeObjective } from '../facts.js';
import { counted, fixed } from '../format.js';
import { blocks, number, table, text } from '../markdown.js';

/** What says without training how well each depth is expected to transfer; empty where nothing was scored. */
export function transferability(report: StudyReport): string {
  const { probes, trials, metric } = report;
  const fitted = probes.flatMap((probe) => ('title' in probe ? [probe] : []));
  const ended = trials.flatMap((trial) => {
    const [freezeDepth, value] = [trial.configuration.values['freezeDepth'], objectiveOf(trial, report)];
    return typeof freezeDepth !== 'number' || value === null
      ? []
      : [{ backbone: trial.configuration.backbone, freezeDepth, value }];
  });
  const scored = scoreTableOf(fitted, ended, metric);
  if (scored === null) return '';
  const { columns, rows, agreements, examples } = scored;
  return blocks(
    `Computed from ${counted(examples, 'labelled example')}. ${TABLE_NOTE}`,
    table(
      [
        ...['Backbone', number('Depth'), ...columns.map(({ title }) => number(text(title)))],
        ...[number('Probe'), number('Best trial')],
      ],
      [
        ...rows.map(({ backbone, depth, values, probe, trial }) => [
          ...[text(backbone), String(depth)],
          ...columns.map((column, i) => written(values[i] ?? null, (value) => writeScore(column, value))),
          ...[writeMetric(probe, report), writeObjective(trial, report)],
        ]),
        ...agreements.map((agreement) => [
          ...[titleOfAgreement(agreement), ''],
          ...agreement.values.map((value) => written(value, fixed)),
          ...['', ''],
        ]),
      ],
    ),
    absenceSentences(scored).map(text).join(' '),
  );
}

const written = (value: number | null, write: (value: number) => string): string =>
  value === null ? '' : write(value);
