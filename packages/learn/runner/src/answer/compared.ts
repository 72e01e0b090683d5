import { compare, metrics, type Predictions } from '@espalier/metrics';
import type { JudgedContender } from '@espalier/probes';
import { methodFor } from '../methods/index.js';
import type { Judging } from '../probes/judging.js';
import type { Session } from '../study/session.js';
import type { Choice } from './choice.js';
import type { LeaderboardEntry, PlainComparison } from './leaderboard.js';
import { learns } from './trainingTime.js';

/** How much better the best trial that trains stages is than the best probe of a network. */
export interface TunedComparison {
  readonly name: string;
  readonly difference: number;
  /** Bounds of its 95 % interval. */
  readonly low: number;
  readonly high: number;
  /** Stages that it leaves as they are, of how many. */
  readonly frozen: number;
  readonly stages: number;
}

/** A line of the leaderboard with what it was measured by. */
export interface Measured {
  readonly choice: Choice;
  /** On the labelled examples, [labelled, classes]. */
  readonly probabilities: Float32Array;
  readonly entry: LeaderboardEntry;
  readonly contender: JudgedContender;
  readonly predictions: Predictions;
  /** The network it reads; null where it needs none. */
  readonly backbone: string | null;
}

/** Compares the best that needs no network with the best that uses one. @param lines the best first */
export function comparePlain(
  lines: readonly Measured[],
  { objective, groups }: Judging,
): PlainComparison | null {
  const plain = lines.find(({ backbone }) => backbone === null);
  const network = lines.find(({ backbone }) => backbone !== null);
  if (plain === undefined || network === undefined) return null;
  const { difference, low, high } = compare(
    metrics.get(objective.name),
    network.predictions,
    plain.predictions,
    groups,
  );
  const { name, title, value } = plain.entry;
  return { name, title, value, difference, low, high, asGood: low <= 0 };
}

/** Compares the best trial that trains stages with the best probe of a network. @param lines the best first */
export function compareTuned(lines: readonly Measured[], session: Session): TunedComparison | null {
  const { objective, groups } = session.judging;
  const probe = lines.find(({ choice, backbone }) => choice.kind === 'probe' && backbone !== null);
  for (const { choice, predictions } of lines) {
    if (choice.kind !== 'trial' || probe === undefined) continue;
    const { configuration, number } = choice.trial;
    if (!learns(choice.trial)) continue;
    return {
      name: `trial-${number}`,
      ...compare(metrics.get(objective.name), predictions, probe.predictions, groups),
      frozen: methodFor(configuration).frozen(configuration),
      stages: session.candidate(configuration.backbone).prepared.stages.length,
    };
  }
  return null;
}
