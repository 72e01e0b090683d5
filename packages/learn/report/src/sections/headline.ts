import { answerOf, cautionsOf } from '../facts.js';
import { counted, duration, percent } from '../format.js';
import { alert, blocks, number, table, text } from '../markdown.js';
import type { StudyReport } from '@espalier/study';

/** The result in a sentence, the warnings, and the comparison with the baselines. */
export const headline = (report: StudyReport): string =>
  blocks(
    resultSentence(report),
    ...cautionsOf(report).map(({ kind, sentence }) => alert(kind, text(sentence))),
    comparison(report),
    report.baselines.randomNote === null ? '' : text(report.baselines.randomNote),
  );

export function resultSentence(report: StudyReport): string {
  const { test, estimate, everything, learntFrom } = report.best;
  const { title, manner } = answerOf(report);
  const result =
    `**${text(title)}**${manner} classifies ` +
    `**${percent(test.accuracy)}** of ${counted(test.examples, 'test example')} correctly ` +
    `(95 % interval ${intervalOf(report)}), the best of ${counted(report.trials.length, 'trial')} ` +
    `${report.leaderboard.length === 0 ? '' : `and ${counted(report.probes.length, 'probe')} `}` +
    `in ${duration(report.seconds)}.`;
  if (estimate === undefined) return result;
  const expected =
    `By ${basis[report.leaderboard[0]?.basis ?? 'folds']}, expect **${percent(estimate.accuracy)}** on fresh examples ` +
    `(${percent(estimate.low)} to ${percent(estimate.high)}), corrected for having chosen among many.`;
  const learnt = everything
    ? ` The model that was written has then learnt from all ${learntFrom} labelled examples, the test split's too.`
    : '';
  return `${result} ${expected}${learnt}`;
}

const basis = {
  folds: 'the folds of the training and validation examples',
  validation: 'the validation split',
} as const;

const intervalOf = ({ best }: StudyReport): string =>
  `${percent(best.test.interval.low)} to ${percent(best.test.interval.high)}`;

function comparison(report: StudyReport): string {
  const { best, baselines } = report;
  const { random, majority, plain } = baselines;
  const rows = [
    [
      `Best model (${best.name === undefined ? `trial ${best.trial}` : text(best.name)})`,
      percent(best.validation.accuracy),
      `**${percent(best.test.accuracy)}**`,
      intervalOf(report),
    ],
    ...(plain === null ? [] : [[`${text(plain.title)} (${plain.name})`, percent(plain.accuracy), '', '']]),
    ...(random === null
      ? []
      : [
          [
            'The same network from random weights',
            percent(random.validationAccuracy),
            percent(random.testAccuracy),
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

/** Lists the verdict of each guard. */
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
