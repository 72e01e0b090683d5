import { inSentence } from '@espalier/study/words';
import {
  objectiveOf,
  rankedTrials,
  unrankedTrials,
  writeInterval,
  writeMetric,
  writeObjective,
} from '../facts.js';
import { counted, fixed } from '../format.js';
import { bullets, blocks, number, table, text } from '../markdown.js';
import { costCells, costColumns, withinLimits } from './costs.js';
import { sectionsOf } from '../tasks/index.js';
import type { ReportedTrial, StudyReport } from '@espalier/study';

/** Baselines, probes, trials and averages in one list, by the examples they had not learnt from. */
export function standings(report: StudyReport): string {
  const { leaderboard, best, metric } = report;
  const { loss: lossName } = sectionsOf(report);
  const [first] = leaderboard;
  if (first === undefined) return '';
  const strong = (name: string, cell: string): string => (name === best.name ? `**${cell}**` : cell);
  const hasSeeds = leaderboard.some(({ seeds }) => seeds !== undefined);
  return blocks(
    `Measured on ${counted(first.examples, 'example')}${first.basis === 'folds' ? ' by cross-validation' : ' of the validation split'}, ` +
      `ordered by ${inSentence(lossName)}. The answer is the cheapest within one standard error of the best${withinLimits(report)}.`,
    table(
      [
        'Name',
        'Description',
        number(text(metric.label)),
        number('95 % interval'),
        number(lossName),
        ...(hasSeeds ? [number('Seeds')] : []),
        ...costColumns(report),
      ],
      leaderboard.map(({ name, title, loss, seeds, costs, over, ...standing }) => [
        strong(name, text(name)),
        text(title),
        strong(name, writeMetric(standing.value, report)),
        writeInterval(standing, report),
        fixed(loss),
        ...(hasSeeds ? [seedCell(seeds)] : []),
        ...costCells({ costs, over }, report),
      ]),
    ),
    hasSeeds
      ? `Of what was trained under several seeds the ${inSentence(lossName)} is the mean of each example's, with the least and most of a seed beside their number; the other numbers are of the seed that is the nearest to that mean.`
      : '',
    bullets(report.costs.map(({ label, help }) => `${text(label)}: ${text(inSentence(help))}.`)),
  );
}

/** As in `3 (0.211 to 0.248)`. */
const seedCell = (seeds: StudyReport['leaderboard'][number]['seeds']): string =>
  seeds === undefined ? '' : `${seeds.count} (${fixed(seeds.low)} to ${fixed(seeds.high)})`;

/** All trials as they were trained in the search: those with a result ranked, then the others. */
export function leaderboard(report: StudyReport): string {
  const { dimensions, objective } = report.search;
  return table(
    [
      ...[number('Rank'), number('Trial'), 'Backbone'],
      ...dimensions.map(({ label }) => number(text(label))),
      ...[number('Epochs'), number(`Validation ${text(inSentence(objective.label))}`)],
      ...[number('Validation loss'), 'Ended'],
    ],
    [
      ...rankedTrials(report).map((trial, index) => row(report, trial, String(index + 1))),
      ...unrankedTrials(report).map((trial) => row(report, trial, '')),
    ],
  );
}

function row(report: StudyReport, trial: ReportedTrial, rank: string): string[] {
  const { configuration, written, validationLoss } = trial;
  const strong =
    trial.number === report.best.trial ? (cell: string) => `**${cell}**` : (cell: string) => cell;
  const objective = writeObjective(objectiveOf(trial, report), report);
  return [
    rank,
    strong(String(trial.number)),
    strong(text(configuration.backbone)),
    ...report.search.dimensions.map(({ name }) => text(written[name] ?? '')),
    trial.bestEpoch === null
      ? String(trial.epochs.length)
      : `${trial.epochs.length} (best ${trial.bestEpoch})`,
    objective === '' ? '' : strong(objective),
    validationLoss === null ? '' : fixed(validationLoss),
    trial.reason === '' ? trial.status : `${trial.status}: ${text(trial.reason)}`,
  ];
}
