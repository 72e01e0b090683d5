import { inSentence } from '@espalier/study/words';
import { answerOf, objectiveOf, rankedTrials, writeObjective } from '../facts.js';
import { counted, duration, fixed, scientific } from '../format.js';
import { block, blocks, bullets, number, table, text } from '../markdown.js';
import type { ReportedTrial, StudyReport } from '@espalier/study';

/** Describes the search and the training settings. */
export function searchFacts(report: StudyReport): string {
  const { search } = report;
  return blocks(
    table(
      ['Setting', 'Value'],
      [
        ['Sampler', text(search.sampler)],
        ['Pruner', text(search.pruner)],
        ['Learning-rate schedule', text(search.schedule)],
        ['Optimizer', text(search.optimizer)],
        ...search.dimensions.map(({ name, label }) => [`${text(label)}, tried`, tried(report, name)]),
        ['Trials', String(search.trials)],
        ['Epochs a trial, at most', String(search.epochs)],
        ['Ended because', text(search.reason)],
      ],
    ),
    bullets(search.notes.map(text)),
    Object.keys(search.settings).length === 0
      ? ''
      : blocks('All settings:', block('json', JSON.stringify(search.settings, null, 2))),
  );
}

/** Values of a dimension that are listed; of more the first and the last are named. */
const LISTED = 4;

function tried({ trials }: StudyReport, name: string): string {
  const found = trials.flatMap(({ configuration, written }) => {
    const value = configuration.values[name];
    return value === undefined ? [] : [{ value, text: written[name] ?? String(value) }];
  });
  const sorted = found.toSorted((a, b) => (a.value < b.value ? -1 : Number(a.value > b.value)));
  const texts = [...new Set(sorted.map((one) => one.text))];
  if (texts.length === 0) return 'none';
  return text(texts.length <= LISTED ? texts.join(', ') : `${texts[0]} to ${texts.at(-1)}`);
}

/** The epochs of the best trial and of the baseline from random weights. */
export function training(report: StudyReport): string {
  const trial = answerOf(report).trial ?? rankedTrials(report)[0];
  const { random } = report.baselines;
  return blocks(
    `![Loss, validation ${text(inSentence(report.search.objective.label))} and learning rate by epoch](learning-curves.svg)`,
    ...(trial === undefined
      ? ['No trial has a result.']
      : [
          `The epochs of trial ${trial.number}${trial.bestEpoch === null ? '' : `; the weights of epoch ${trial.bestEpoch} are kept`}:`,
          epochTable(report, trial.epochs),
        ]),
    random === null
      ? ''
      : `The same network from random weights (learning rate ${scientific(random.learningRate)}) ran ` +
          `${counted(random.epochs.length, 'epoch')} and ended because: ${text(random.reason.replace(/\.$/, ''))}.`,
  );
}

const epochTable = (report: StudyReport, epochs: ReportedTrial['epochs']): string =>
  table(
    [
      number('Epoch'),
      number('Training loss'),
      number('Validation loss'),
      number(`Validation ${text(inSentence(report.search.objective.label))}`),
      number('Learning rate'),
      number('Time'),
    ],
    epochs.map((epoch) => [
      String(epoch.epoch),
      fixed(epoch.trainLoss),
      fixed(epoch.validationLoss),
      writeObjective(objectiveOf(epoch, report), report),
      scientific(epoch.learningRate),
      duration(epoch.seconds),
    ]),
  );
