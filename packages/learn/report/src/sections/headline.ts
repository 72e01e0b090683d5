import { inSentence, namedValue } from '@espalier/study/words';
import { answerOf, cautionsOf, writeInterval, writeMetric } from '../facts.js';
import { counted, duration } from '../format.js';
import { alert, blocks, number, table, text } from '../markdown.js';
import { sectionsOf } from '../tasks/index.js';
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
    `**${text(title)}**${manner} ${sectionsOf(report).result(report)} ` +
    `(95 % interval ${writeInterval(test, report)}), the best of ${counted(report.trials.length, 'trial')} ` +
    `${report.leaderboard.length === 0 ? '' : `and ${counted(report.probes.length, 'probe')} `}` +
    `in ${duration(report.seconds)}.`;
  if (estimate === undefined) return result;
  const expected =
    `By ${basis[report.leaderboard[0]?.basis ?? 'folds']}, expect ${namedValue(report.metric, `**${writeMetric(estimate.value, report)}**`)} on fresh examples ` +
    `(${writeInterval(estimate, report)}), corrected for having chosen among many.`;
  const learnt = everything
    ? ` The model that was written has then learnt from all ${learntFrom} labelled examples, the test split's too.`
    : '';
  return `${result} ${expected}${learnt}`;
}

const basis = {
  folds: 'the folds of the training and validation examples',
  validation: 'the validation split',
} as const;

function comparison(report: StudyReport): string {
  const { best, baselines } = report;
  const { random, trivial, plain } = baselines;
  const write = (value: number): string => writeMetric(value, report);
  const label = text(inSentence(report.metric.label));
  const rows = [
    [
      `Best model (${best.name === undefined ? `trial ${best.trial}` : text(best.name)})`,
      write(best.validation.value),
      `**${write(best.test.value)}**`,
      writeInterval(best.test, report),
    ],
    ...(plain === null ? [] : [[`${text(plain.title)} (${plain.name})`, write(plain.value), '', '']]),
    ...(random === null
      ? []
      : [['The same network from random weights', write(random.validation), write(random.test), '']]),
    [text(trivial.title), '', write(trivial.value), ''],
  ];
  return table(
    ['Model', number(`Validation ${label}`), number(`Test ${label}`), number('95 % interval')],
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
