/**
 * Writes the trials of finished grid searches of one dataset as a grid for `main.js`.
 *
 * node tools/dist/bench/search/record.js <study folder>... --out <grid.json> --origin <sentence>
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { keyOf } from '@espalier/search';
import { searchedTrials, type StudyLog, type TrialRecord } from '@espalier/study';
import { readJournal } from '@espalier/study/folder';
import { gridSchema, type Grid } from './grid.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string' }, origin: { type: 'string' } },
});

const { out, origin } = values;
if (out === undefined || origin === undefined || positionals.length === 0) {
  throw new Error('Usage: record <study folder>... --out <grid.json> --origin <sentence>');
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? NaN;
const rounded = (value: number): number => Number(value.toPrecision(5));

/** Trials of one stem cost the same; what else the machine did is no part of it. */
const stemOf = ({ configuration: { backbone, values: chosen } }: TrialRecord): string =>
  `${backbone} ${chosen['freezeDepth']}`;

function grouped(trials: readonly TrialRecord[]): Map<string, TrialRecord[]> {
  const groups = new Map<string, TrialRecord[]>();
  for (const trial of trials) groups.set(stemOf(trial), [...(groups.get(stemOf(trial)) ?? []), trial]);
  return groups;
}

function recorded(logs: readonly StudyLog[]): Grid {
  const [first] = logs as [StudyLog];
  const { objective, settings, space } = first.header;
  const trials = logs.flatMap((log) => searchedTrials(log.trials)).filter(({ epochs }) => epochs.length > 0);
  const seconds = grouped(trials);
  return {
    origin: origin ?? '',
    space: { ...space, backbones: logs.flatMap(({ header }) => header.space.backbones) },
    objective,
    epochs: settings.budget.epochs,
    probes: logs.flatMap(({ probes }) => probes).map((probe, number) => ({ ...probe, number })),
    trials: trials
      .toSorted((a, b) => (keyOf(a.configuration) < keyOf(b.configuration) ? -1 : 1))
      .map((trial) => ({
        configuration: trial.configuration,
        curve: trial.epochs.map(({ trainLoss, validationLoss, metrics }) => [
          rounded(trainLoss),
          rounded(validationLoss),
          rounded(metrics[objective.name] ?? NaN),
        ]),
        seconds: rounded(
          median(
            (seconds.get(stemOf(trial)) ?? []).flatMap(({ epochs }) => epochs.map((epoch) => epoch.seconds)),
          ),
        ),
      })),
  };
}

const grid = gridSchema.parse(recorded(await Promise.all(positionals.map(readJournal))));
await writeFile(out, `${JSON.stringify(grid)}\n`);
console.log(`${grid.trials.length} trials in ${out}`);
