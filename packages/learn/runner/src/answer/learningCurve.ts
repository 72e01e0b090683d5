import { createRandom } from '@espalier/base/random';
import { expectedGain, measure, metrics, type CurvePoint, type ExpectedGain } from '@espalier/metrics';
import { classifiers } from '@espalier/probes';
import type { ProbeRecord } from '@espalier/study';
import { judgedPredictions } from '../probes/judging.js';
import type { Probed } from '../probes/probing.js';
import type { Session } from '../study/session.js';
import { nameOf } from './choice.js';

/** The objective of a probe that has learnt from so many examples. */
export interface LearningPoint {
  readonly examples: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** How the leading probe does with less to learn from, and what more is expected to give it. */
export interface LearningCurve {
  /** The probe's name on the leaderboard. */
  readonly probe: string;
  readonly points: readonly LearningPoint[];
  /** Twice and four times the labelled examples: by how much the objective is better then. */
  readonly expected: readonly ExpectedGain[];
}

/** Parts of the labelled examples that are learnt from; the whole is known already. */
const SHARES = [0.125, 0.25, 0.5] as const;
/** Fewer examples of a class, on average, tell nothing of a curve. */
const LEAST_OF_A_CLASS = 4;
/** A probe that took longer is not fitted again. */
const MOST_SECONDS = 20;
/** Deviations that a 95 % interval reaches to either side. */
const NORMAL_95 = 1.96;
/** Weaker and stronger penalties are tried beside the chosen one: fewer examples want others. */
const PENALTY_FACTORS = [16, 4, 1] as const;

/** The best probe of a network that is quickly fitted again; null where there is none. */
function leading(probed: readonly Probed[]): ProbeRecord | null {
  const [best] = probed
    .map(({ record }) => record)
    .filter(({ backbone, seconds }) => backbone !== null && seconds <= MOST_SECONDS)
    .sort((a, b) => a.loss - b.loss);
  return best ?? null;
}

/**
 * Fits the leading probe to parts of the labelled examples, judged by the same folds; its features are there. Null
 * where there is no time for it, or there are too few examples for a curve.
 */
export async function learningCurve(
  session: Session,
  probed: readonly Probed[],
): Promise<LearningCurve | null> {
  const { judging, objective, settings } = session;
  const record = leading(probed);
  if (record === null) return null;
  const learnt = (share: number): number => Math.round(share * learning(session));
  const shares = SHARES.filter((share) => learnt(share) >= LEAST_OF_A_CLASS * judging.labels.classes);
  if (shares.length < 2 || session.left() < 2 * record.seconds) return null;
  const order = createRandom(settings.seed, 'learning curve').shuffle(judging.labelled.map((_, row) => row));
  const points: LearningPoint[] = [];
  for (const share of shares)
    points.push({ examples: learnt(share), ...(await valueOf(session, record, order, share)) });
  const { value, low, high } = record;
  points.push({ examples: learnt(1), value, low, high });
  const errors = points.map((point) => errorOf(point, objective));
  const whole = learnt(1);
  return {
    probe: nameOf({ kind: 'probe', record }),
    points,
    expected: [2, 4].map((times) => expectedGain(errors, whole, times * whole)),
  };
}

/** Examples that a fit of the study's plan learns from. */
const learning = ({ judging, data }: Session): number =>
  judging.basis === 'folds'
    ? judging.labelled.length * (1 - 1 / judging.plan.folds)
    : data.splits.train.length;

/** The objective by fits that learn from a part of the examples. @param order of the examples, of which the first are taken */
async function valueOf(
  session: Session,
  { parts, penalty }: ProbeRecord,
  order: readonly number[],
  share: number,
): Promise<Omit<LearningPoint, 'examples'>> {
  const { judging, objective } = session;
  const taken = new Set(order.slice(0, Math.round(share * order.length)));
  const weights = Float64Array.from(judging.labelled, (_, row) =>
    taken.has(row) ? (judging.labels.weights?.[row] ?? 1) : 0,
  );
  const probing = await session.probing();
  const { probabilities } = await probing.validate(parts, {
    classifier: classifiers.get('logistic'),
    penalties: PENALTY_FACTORS.map((factor) => factor * penalty),
    weights,
  });
  return measure(metrics.get(objective.name), judgedPredictions(judging, probabilities), judging.groups);
}

/** A value as an error, of which less is better. */
const errorOf = (
  { examples, value, low, high }: LearningPoint,
  { direction }: Session['objective'],
): CurvePoint => ({
  examples,
  error: direction === 'maximise' ? Math.max(0, 1 - value) : value,
  deviation: (high - low) / (2 * NORMAL_95),
});
