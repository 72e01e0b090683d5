import { answerOf, rankedTrials } from '../facts.js';
import { counted, duration, fixed, percent, scientific } from '../format.js';
import { block, blocks, bullets, number, table, text } from '../markdown.js';
import type { StudyReport } from '../schema.js';

/** How the configurations were found and trained. */
export function searchFacts(report: StudyReport): string {
  const { search } = report;
  return blocks(
    table(
      ['Setting', 'Value'],
      [
        ['Sampler', text(search.sampler)],
        ['Pruner', text(search.pruner)],
        ['Learning-rate schedule', text(search.schedule)],
        ['Learning rates tried', ratesTried(report)],
        ['Optimizer', text(search.optimizer)],
        ['Batch', String(search.batch)],
        ['Augmentation', search.augmentation.map(text).join(', ')],
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

function ratesTried({ trials }: StudyReport): string {
  const rates = trials.map(({ configuration }) => configuration.learningRate);
  if (rates.length === 0) return 'none';
  const [lowest, highest] = [Math.min(...rates), Math.max(...rates)];
  return lowest === highest ? scientific(lowest) : `${scientific(lowest)} to ${scientific(highest)}`;
}

/** The epochs of the best trial and of the network trained from scratch. */
export function training(report: StudyReport): string {
  const trial = answerOf(report).trial ?? rankedTrials(report)[0];
  const { scratch } = report.baselines;
  return blocks(
    '![Loss, validation accuracy and learning rate by epoch](learning-curves.svg)',
    ...(trial === undefined
      ? ['No trial has a result.']
      : [
          `The epochs of trial ${trial.number}${trial.bestEpoch === null ? '' : `; the weights of epoch ${trial.bestEpoch} are kept`}:`,
          epochTable(trial.epochs),
        ]),
    scratch === null
      ? ''
      : `The same network from scratch (learning rate ${scientific(scratch.learningRate)}) ran ` +
          `${counted(scratch.epochs.length, 'epoch')} and ended because: ${text(scratch.reason.replace(/\.$/, ''))}.`,
  );
}

const epochTable = (epochs: StudyReport['trials'][number]['epochs']): string =>
  table(
    [
      number('Epoch'),
      number('Training loss'),
      number('Validation loss'),
      number('Validation accuracy'),
      number('Learning rate'),
      number('Time'),
    ],
    epochs.map((epoch) => [
      String(epoch.epoch),
      fixed(epoch.trainLoss),
      fixed(epoch.validationLoss),
      percent(epoch.validationAccuracy),
      scientific(epoch.learningRate),
      duration(epoch.seconds),
    ]),
  );
