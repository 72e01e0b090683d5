import type { StudyNews } from '@espalier/sdk';
import { createLogUpdate } from 'log-update';
import { linesOf, summary } from './lines.js';
import {
  bestSoFar,
  endedTrials,
  emptyState,
  follow,
  secondsLeft,
  withAll,
  writeObjective,
  type Clock,
  type Limits,
  type SearchState,
} from './state.js';
import { leaderboard, standings } from './table.js';
import { duration, writeLine, type SearchView } from './view.js';

const BAR = 24;
/** Interval between two redraws; a shorter one flickers. */
const EVERY_MS = 100;

const titles = {
  reading: 'reading the examples',
  caching: 'caching activations',
  probing: 'fitting probes and baselines',
  training: 'training',
  baseline: 'training the baseline from random weights',
  judging: 'cross-validating the best trials',
  finishing: 'refitting the answer',
} as const;

/** Shows a search as a table that is redrawn in place, for terminals. */
export function createLive(stream: NodeJS.WriteStream, limits: Limits): SearchView {
  const update = createLogUpdate(stream);
  const started = performance.now();
  let state = emptyState;
  let drawn = -Infinity;
  let phaseStarted = started;
  const since = (moment: number): number => (performance.now() - moment) / 1000;
  const draw = (): void => {
    drawn = performance.now();
    update(
      screen(
        state,
        limits,
        { session: since(started), phase: since(phaseStarted) },
        { rows: Math.max(3, (stream.rows ?? 24) - 8), room: stream.columns },
      ),
    );
  };
  const persist = (lines: readonly string[]): void => {
    update.clear();
    for (const line of lines) writeLine(stream, line);
    draw();
  };
  return {
    onEvent: (event) => {
      const phase = state.progress?.phase;
      state = follow(state, event);
      if (state.progress?.phase !== phase) phaseStarted = performance.now();
      const lines = showsAsLine(event) ? linesOf(event, state) : [];
      if (lines.length > 0) persist(lines);
      else if (event.kind !== 'progress' || performance.now() - drawn > EVERY_MS) draw();
    },
    say: (text) => persist([text]),
    finish: (study) => {
      update.clear();
      writeLine(
        stream,
        [standings(withAll(state, study.trials), study, 30, stream.columns), ...summary(study)].join('\n'),
      );
    },
    close: () => update.done(),
  };
}

/** Whether an event stays above the table; trials and epochs are in the table. */
const showsAsLine = ({ kind }: StudyNews): boolean =>
  kind === 'resumed' || kind === 'data' || kind === 'backbone' || kind === 'note' || kind === 'cached';

function screen(
  state: SearchState,
  limits: Limits,
  clock: Clock,
  { rows, room }: { readonly rows: number; readonly room: number },
): string {
  const best = bestSoFar(state);
  const left = secondsLeft(state, limits, clock);
  const ended = endedTrials(state);
  const facts = [
    `${ended}${limits.trials === null ? '' : ` of ${limits.trials}`} trials`,
    best === null ? 'no result yet' : `best ${writeObjective(state, best.value)} (${best.name})`,
    duration(clock.session),
    ...(left === null ? [] : [`about ${duration(left)} left`]),
  ];
  return [
    ...(state.trials.size + state.probes.length > 0 ? [leaderboard(state, rows, room)] : []),
    bar(state),
    facts.join('  |  '),
    'Ctrl-C stops; you can resume.',
  ].join('\n');
}

function bar({ progress }: SearchState): string {
  if (progress === null) return '';
  const share = progress.total === 0 ? 1 : progress.done / progress.total;
  const full = Math.round(BAR * share);
  return `${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${titles[progress.phase]} ${progress.done}/${progress.total}`;
}
