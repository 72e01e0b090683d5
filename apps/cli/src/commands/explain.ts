import { dimensions } from '@espalier/search';
import { explainStudy, type ExplainedTrial, type StudyExplanation } from '@espalier/sdk';
import { counted } from '@espalier/data';
import { absenceSentences, TABLE_NOTE, titleOfAgreement, writeScore } from '@espalier/study/scores';
import { replaySentences, writeIn } from '@espalier/study/words';
import { UsageError } from '../failure.js';
import { tableOf } from '../view/textTable.js';
import { printable, writeLine } from '../view/view.js';
import type { Define } from './declare.js';

export const defineExplain: Define = (command, finish) =>
  command
    .option('--json', 'print one JSON object')
    .action(async (study: string, asked: string | undefined, options: { readonly json?: boolean }) => {
      const explanation = await explainStudy(study);
      const trial = asked === undefined ? null : trialNamed(explanation, asked);
      const facts = trial ?? explanation;
      const text = trial === null ? textOf(explanation, study) : textOfTrial(trial, explanation);
      writeLine(process.stdout, options.json === true ? JSON.stringify(facts) : text);
      finish(0);
    });

/** Finds a trial by its number or its name. @throws UsageError where there is none */
function trialNamed({ trials }: StudyExplanation, asked: string): ExplainedTrial {
  const number = /^(?:trial-)?(\d+)$/.exec(asked)?.[1];
  const found = trials.find((trial) => String(trial.number) === number);
  if (found !== undefined) return found;
  const last = trials.length - 1;
  const known = last === 0 ? 'it has trial 0 alone' : `its trials are 0 to ${last}`;
  throw new UsageError(`The study has no trial '${asked}'; ${known}.`);
}

const NO_REASON = 'The sampler did not say why.';

const stateOf = ({ status, reason }: ExplainedTrial): string =>
  status === 'running' ? 'still running' : `${status}: ${reason}`;

const valueOf = ({ value }: ExplainedTrial, { objective }: StudyExplanation): string =>
  value === null ? 'no result' : writeIn(objective, value);

function textOf(explanation: StudyExplanation, study: string): string {
  const { sampler, pruner, ended, trials } = explanation;
  return [
    `Sampler ${sampler}, pruner ${pruner}. ${ended === null ? 'The search goes on.' : printable(ended)}`,
    ...trials.flatMap((trial) => [
      '',
      `trial-${trial.number}  ${printable(trial.title)}: ${valueOf(trial, explanation)}, ${printable(stateOf(trial))}`,
      `  ${printable(trial.why ?? NO_REASON)}`,
    ]),
    ...scoresText(explanation),
    ...importanceText(explanation),
    ...randomText(explanation),
    ...(ended === null && explanation.enough !== null ? ['', explanation.enough] : []),
    '',
    `Details of a trial: espalier explain ${study} ${trials.at(-1)?.number ?? 0}`,
  ].join('\n');
}

function scoresText({ scores, objective }: StudyExplanation): string[] {
  if (scores === null) return [];
  const { columns, rows, agreements, examples } = scores;
  const titles = columns.map(({ title }) => `>${title}`);
  const table = tableOf(['backbone', '>depth', ...titles, '>probe', '>best trial']);
  for (const { backbone, depth, values, probe, trial } of rows) {
    table.push([
      ...[printable(backbone), depth],
      ...columns.map((column, i) => cellOf(values[i] ?? null, (value) => writeScore(column, value))),
      ...[writeIn(objective, probe), cellOf(trial, (value) => writeIn(objective, value))],
    ]);
  }
  for (const agreement of agreements) {
    const cells = agreement.values.map((value) => cellOf(value, (one) => one.toFixed(2)));
    table.push([titleOfAgreement(agreement), '', ...cells, '', '']);
  }
  return [
    '',
    `How well each depth is expected to transfer, by scores computed from ${counted(examples, 'labelled example')}:`,
    table.toString(),
    TABLE_NOTE,
    ...absenceSentences(scores).map(printable),
  ];
}

const cellOf = (value: number | null, write: (value: number) => string): string =>
  value === null ? '' : write(value);

function importanceText({ importance, trials }: StudyExplanation): string[] {
  if (importance.length === 0) return [];
  const table = tableOf(['dimension', '>share of the differences']);
  for (const { label, share } of importance) table.push([label, `${Math.round(100 * share)} %`]);
  return [
    '',
    `How much each dimension alone changes what the model of ${trials.length} trials expects:`,
    table.toString(),
  ];
}

const randomText = ({ random, objective }: StudyExplanation): string[] =>
  random === null ? [] : ['', replaySentences(objective, random)];

function textOfTrial(trial: ExplainedTrial, explanation: StudyExplanation): string {
  const { objective } = explanation;
  const epochs = tableOf([
    '>epoch',
    '>training loss',
    '>validation loss',
    `>${objective.label.toLowerCase()}`,
  ]);
  for (const { epoch, trainLoss, validationLoss, metrics } of trial.epochs) {
    const value = metrics[objective.name];
    epochs.push([
      epoch,
      trainLoss.toFixed(3),
      validationLoss.toFixed(3),
      value === undefined ? '' : writeIn(objective, value),
    ]);
  }
  return [
    `trial-${trial.number}  ${printable(trial.title)}: ${valueOf(trial, explanation)}`,
    ...Object.entries(trial.values).map(([name, value]) => `  ${dimensions.get(name).label}: ${value}`),
    '',
    `Chosen because: ${printable(trial.why ?? NO_REASON)}`,
    `Ended: ${printable(stateOf(trial))}`,
    ...(trial.epochs.length > 0 ? [epochs.toString()] : []),
  ].join('\n');
}
