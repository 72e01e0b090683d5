import type { Objective } from '../trials/trial.js';
import type { ProbeScores } from '../trials/scores.js';
import { kendall } from './kendall.js';

/** What the table reads of a probe. */
export interface ScoredProbe {
  readonly backbone: string | null;
  /** The objective. */
  readonly value: number;
  readonly scores?: ProbeScores | undefined;
}

/** What it reads of a trial. */
export interface ScoredTrial {
  readonly backbone: string;
  readonly freezeDepth: number;
  /** The objective at its best epoch. */
  readonly value: number;
}

export interface ScoreColumn {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
}

/** A depth of a backbone. */
export interface ScoreRow {
  readonly backbone: string;
  readonly depth: number;
  /** In the order of the columns; null where there is none. */
  readonly values: readonly (number | null)[];
  /** The objective of the probe that reads this depth. */
  readonly probe: number;
  /** The best that trials with this freeze depth reached; null where there were none. */
  readonly trial: number | null;
}

/** How far each score orders the depths as something does that was measured. */
export interface Agreement {
  readonly with: 'probe' | 'trial';
  /** Kendall's rank correlation in the order of the columns; null where there are too few points. */
  readonly values: readonly (number | null)[];
}

export interface ScoreTable {
  readonly columns: readonly ScoreColumn[];
  readonly rows: readonly ScoreRow[];
  /** Only those that can be told of some score. */
  readonly agreements: readonly Agreement[];
  /** Examples that the scores were computed of. */
  readonly examples: number;
  /** Why backbones lack scores. */
  readonly absent: readonly {
    readonly backbone: string;
    readonly titles: readonly string[];
    readonly why: string;
  }[];
}

/** Points from which on a rank correlation is told. */
const LEAST_POINTS = 4;

/** Puts what says how well backbones transfer beside what they reached; null where nothing was scored. */
export function scoreTableOf(
  probes: readonly ScoredProbe[],
  trials: readonly ScoredTrial[],
  { direction }: Pick<Objective, 'direction'>,
): ScoreTable | null {
  const sign = direction === 'maximise' ? 1 : -1;
  const scored = probes.flatMap(({ backbone, value, scores }) =>
    backbone === null || scores === undefined ? [] : [{ backbone, value, scores }],
  );
  const [first] = scored;
  if (first === undefined) return null;
  const columns = columnsOf(scored.map(({ scores }) => scores));
  const rows = scored.map(({ backbone, value, scores }): ScoreRow => {
    const own = trials.filter((trial) => trial.backbone === backbone && trial.freezeDepth === scores.depth);
    const best = own.reduce<number | null>(
      (a, trial) => (a === null || sign * trial.value > sign * a ? trial.value : a),
      null,
    );
    return {
      ...{ backbone, depth: scores.depth, probe: value, trial: best },
      values: columns.map(({ name }) => scores.values.find((one) => one.name === name)?.value ?? null),
    };
  });
  const agreements = (['probe', 'trial'] as const).map((measured) => ({
    with: measured,
    values: columns.map((_, column) => agreementOf(rows, column, measured, sign)),
  }));
  return {
    ...{ columns, rows, examples: first.scores.examples },
    agreements: agreements.filter(({ values }) => values.some((value) => value !== null)),
    absent: scored.flatMap(({ backbone, scores }) => absentOf(backbone, scores)),
  };
}

function columnsOf(scores: readonly ProbeScores[]): ScoreColumn[] {
  const all = scores.flatMap(({ values }) => values);
  const names = [...new Set(all.map(({ name }) => name))];
  return names.flatMap((name) => {
    const found = all.find((one) => one.name === name);
    return found === undefined ? [] : [{ name, title: found.title, unit: found.unit }];
  });
}

function agreementOf(
  rows: readonly ScoreRow[],
  column: number,
  measured: 'probe' | 'trial',
  sign: number,
): number | null {
  const points = rows.flatMap(({ values, [measured]: reached }) => {
    const value = values[column] ?? null;
    return value === null || reached === null ? [] : [[value, sign * reached] as const];
  });
  if (points.length < LEAST_POINTS) return null;
  return kendall(
    points.map(([value]) => value),
    points.map(([, reached]) => reached),
  );
}

function absentOf(backbone: string, { values }: ProbeScores): ScoreTable['absent'] {
  const reasons = [...new Set(values.flatMap(({ why }) => why ?? []))];
  return reasons.map((why) => ({
    backbone,
    why,
    titles: values.filter((one) => one.why === why).map(({ title }) => title),
  }));
}
