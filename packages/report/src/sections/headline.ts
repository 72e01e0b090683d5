import { bestTrial, cautionsOf, frozenStages } from '../facts.js';
import { counted, duration, percent } from '../format.js';
import { alert, blocks, number, table, text } from '../markdown.js';
import type { StudyReport } from '../schema.js';

/** The result in a sentence, the warnings, and the comparison with the baselines. */
export const headline = (report: StudyReport): string =>
  blocks(
    resultSentence(report),
    ...cautionsOf(report).map(({ kind, sentence }) => alert(kind, text(sentence))),
    comparison(report),
    report.baselines.scratchNote === null ? '' : text(report.baselines.scratchNote),
  );

export function resultSentence(report: StudyReport): string {
  const { trial, backbone } = bestTrial(report);
  const { test } = report.best;
  return (
    `**${text(backbone.id)}** with ${frozenStages(report, trial)} stages frozen classifies ` +
    `**${percent(test.accuracy)}** of ${counted(test.examples, 'test example')} correctly ` +
    `(95 % interval ${intervalOf(report)}), the best of ${counted(report.trials.length, 'trial')} ` +
    `in ${duration(report.seconds)}.`
  );
}

const intervalOf = ({ best }: StudyReport): string =>
  `${percent(best.test.interval.low)} to ${percent(best.test.interval.high)}`;

function comparison(report: StudyReport): string {
  const { best, baselines } = report;
  const { scratch, majority } = baselines;
  const rows = [
    [
      `Best model (trial ${best.trial})`,
      percent(best.validation.accuracy),
      `**${percent(best.test.accuracy)}**`,
      intervalOf(report),
    ],
    ...(scratch === null
      ? []
      : [
          [
            'The same network from scratch',
            percent(scratch.validationAccuracy),
            percent(scratch.testAccuracy),
            '',
          ],
        ]),
    [`Always "${text(majority.label)}"`, '', percent(majority.accuracy), ''],
  ];
  return table(
    ['Model', number('Validation accuracy'), number('Test accuracy'), number('95 % interval')],
    rows,
  );
}

const verdictNames = {
  helps: 'helps',
  'negative-transfer': 'negative transfer',
  unclear: 'unclear',
  untested: 'not tested',
  none: 'no sign',
  overfitting: 'overfitting',
  memorised: 'memorised',
  allowed: 'commercial use allowed',
  forbidden: 'commercial use forbidden',
  unknown: 'commercial use unknown',
} as const;

/** What each guard found. */
export function guards({ verdicts }: StudyReport): string {
  const row = (guard: string, { kind, sentence }: StudyReport['verdicts'][keyof StudyReport['verdicts']]) => [
    guard,
    `**${verdictNames[kind]}**`,
    text(sentence),
  ];
  return table(
    ['Guard', 'Verdict', 'Why'],
    [
      row('Transfer', verdicts.transfer),
      row('Overfitting', verdicts.overfitting),
      row('Licence', verdicts.licence),
    ],
  );
}
