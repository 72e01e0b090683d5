import { frozenStages, rankedTrials, unrankedTrials } from '../facts.js';
import { fixed, percent, plain, scientific } from '../format.js';
import { number, table, text } from '../markdown.js';
import type { StudyReport, Trial } from '../schema.js';

/** All trials: those with a result ranked, then the others. */
export function leaderboard(report: StudyReport): string {
  return table(
    [
      number('Rank'),
      number('Trial'),
      'Backbone',
      'Frozen stages',
      number('Learning rate'),
      number('Layer decay'),
      number('Weight decay'),
      'Augmentation',
      number('Epochs'),
      number('Validation accuracy'),
      number('Validation loss'),
      'Ended',
    ],
    [
      ...rankedTrials(report).map((trial, index) => row(report, trial, String(index + 1))),
      ...unrankedTrials(report).map((trial) => row(report, trial, '')),
    ],
  );
}

function row(report: StudyReport, trial: Trial, rank: string): string[] {
  const { configuration, validationAccuracy, validationLoss } = trial;
  const strong =
    trial.number === report.best.trial ? (cell: string) => `**${cell}**` : (cell: string) => cell;
  return [
    rank,
    strong(String(trial.number)),
    strong(text(configuration.backbone)),
    frozenStages(report, trial),
    scientific(configuration.learningRate),
    plain(configuration.layerDecay),
    plain(configuration.weightDecay),
    text(configuration.augmentation),
    trial.bestEpoch === null
      ? String(trial.epochs.length)
      : `${trial.epochs.length} (best ${trial.bestEpoch})`,
    validationAccuracy === null ? '' : strong(percent(validationAccuracy)),
    validationLoss === null ? '' : fixed(validationLoss),
    trial.reason === '' ? trial.status : `${trial.status}: ${text(trial.reason)}`,
  ];
}
