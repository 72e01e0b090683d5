import { counted } from '@espalier/data';
import { dimensions, titleOfConfiguration } from '@espalier/search';
import {
  bestLoss,
  onlyValue,
  ranked,
  trialName,
  type ProbeRecord,
  type TrialRecord,
  type Units,
} from '@espalier/study';
import { writeAmount } from '@espalier/study/words';
import type { FinishedStudy } from '@espalier/sdk';
import { bestValue, objectiveLabel, writeObjective, type SearchState } from './state.js';
import { tableOf } from './textTable.js';
import { printable } from './view.js';

/** The dimensions that the search varies, in order. */
function variedIn({ space }: SearchState): readonly { readonly name: string; readonly label: string }[] {
  const ranges = space === null ? [] : [space.ranges, ...space.backbones.map((one) => one.ranges)];
  const varied = new Set(
    ranges.flatMap((own) =>
      Object.entries(own).flatMap(([name, range]) => (onlyValue(range) === null ? [name] : [])),
    ),
  );
  return dimensions
    .entries()
    .filter(([name]) => varied.has(name))
    .map(([name, { label }]) => ({ name, label: label.toLowerCase() }));
}

/**
 * Lists probes, baselines and trials: the running trials first, then by loss, at most `rows`.
 * Until the search has ended, probes are cross-validated and trials are measured on the validation split.
 *
 * @param room columns of the terminal; what does not fit is cut
 */
export function leaderboard(state: SearchState, rows: number, room = Infinity): string {
  const varied = variedIn(state);
  const columns = [
    ...['entry', 'backbone'],
    ...varied.map(({ label }) => `>${label}`),
    ...['>epoch', `>${objectiveLabel(state)}`, '>loss', 'state'],
  ];
  const table = tableOf(columns, { room, fit: 'cut' });
  const all = [...state.trials.values()];
  const running = all.filter(({ status }) => status === 'running');
  const failed = all.filter(({ status }) => status === 'failed');
  const measured = [
    ...ranked(all)
      .filter(({ status }) => status !== 'running')
      .map((trial) => ({ loss: bestLoss(trial), row: rowOf(state, trial, varied) })),
    ...state.probes.map((probe) => ({ loss: probe.loss, row: probeRow(state, probe, varied.length) })),
  ].sort((a, b) => a.loss - b.loss);
  const lines = [
    ...running.map((trial) => rowOf(state, trial, varied)),
    ...measured.map(({ row }) => row),
    ...failed.map((trial) => rowOf(state, trial, varied)),
  ];
  for (const line of lines.slice(0, rows)) table.push(line);
  return table.toString();
}

/**
 * Lists, at the end, the candidates compared on the same examples, then the other trials, at most `rows`.
 *
 * @param room columns of the terminal; what does not fit is wrapped
 */
export function standings(
  state: SearchState,
  { standings: entries, report }: Pick<FinishedStudy, 'standings' | 'report'>,
  rows: number,
  room = Infinity,
): string {
  if (entries.length === 0) return leaderboard(state, rows, room);
  const costs = room < LEAST_FOR_COSTS ? [] : report.costs;
  const columns = [
    'entry',
    'description',
    `>${objectiveLabel(state)}`,
    '>95 % interval',
    '>loss',
    'measured',
    ...costs.map(({ label }) => `>${label.toLowerCase()}`),
  ];
  const table = tableOf(columns, { room });
  const named = new Set(entries.map(({ name }) => name));
  const others = ranked([...state.trials.values()]).filter((trial) => !named.has(trialName(trial)));
  const lines = [
    ...entries.map(({ name, title, value, low, high, loss, basis, costs: own = {}, over = [] }) => [
      name,
      printable(title),
      writeObjective(state, value),
      `${writeObjective(state, low)} to ${writeObjective(state, high)}`,
      loss.toFixed(3),
      basis === 'folds' ? 'folds' : 'validation',
      ...costs.map(({ name: cost, units }) => costCell(units, own[cost], over.includes(cost))),
    ]),
    ...others.map((trial) => [
      trialName(trial),
      whatOf(trial),
      writeObjective(state, bestValue(state, trial)),
      '',
      bestLoss(trial).toFixed(3),
      `validation; ${trial.status}: ${trial.reason}`,
      ...costs.map(() => ''),
    ]),
  ];
  for (const line of lines.slice(0, rows)) table.push(line);
  const left = lines.length - rows;
  return [table.toString(), ...(left > 0 ? [`and ${left} more in the report`] : []), basisOf(entries)].join(
    '\n',
  );
}

/** Columns of a terminal that has room for what each entry costs. */
const LEAST_FOR_COSTS = 130;

const costCell = (units: Units, amount: number | undefined, isOver: boolean): string =>
  amount === undefined ? '' : `${writeAmount(units, amount)}${isOver ? ' (over)' : ''}`;

/** Says by what the entries were compared. */
const basisOf = ([first]: FinishedStudy['standings']): string =>
  first === undefined
    ? ''
    : `Compared on ${counted(first.examples, 'example')}, ${first.basis === 'folds' ? 'each by a fit on other folds' : 'those of the validation split'}.`;

const whatOf = ({ configuration }: TrialRecord): string => titleOfConfiguration(configuration);

function rowOf(state: SearchState, trial: TrialRecord, varied: ReturnType<typeof variedIn>): string[] {
  const { backbone, values } = trial.configuration;
  const value = bestValue(state, trial);
  const stages = state.stages.get(backbone);
  return [
    trialName(trial),
    backbone,
    ...varied.map(({ name }) => {
      const value = values[name];
      return value === undefined
        ? ''
        : dimensions.get(name).write(value, stages === undefined ? undefined : { stages });
    }),
    String(trial.epochs.length),
    writeObjective(state, value),
    trial.epochs.length === 0 ? '-' : bestLoss(trial).toFixed(3),
    trial.status === 'running' ? 'running' : `${trial.status}: ${trial.reason}`,
  ];
}

const probeRow = (
  state: SearchState,
  { number, role, backbone, title, value, low, high, loss }: ProbeRecord,
  varied: number,
): string[] => [
  `${role}-${number}`,
  backbone ?? 'none',
  ...Array.from({ length: varied + 1 }, () => ''),
  writeObjective(state, value),
  loss.toFixed(3),
  `${title} (${writeObjective(state, low)} to ${writeObjective(state, high)})`,
];
