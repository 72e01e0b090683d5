import { EngineError } from '@espalier/engine';
import { methodFor } from '../methods/index.js';
import { RetrainingFailed, type Descended, type Members } from '../methods/method.js';
import type { Judging } from '../probes/judging.js';
import { TimeUp, type Session } from '../study/session.js';
import type { StudyData } from '../study/examples.js';
import { soupOf } from './soup.js';
import { trainingSeconds } from './trainingTime.js';

/** How many seeds the trials that may be the answer are trained under, that of the search included. */
export const seedsOf = ({ settings }: Pick<Session, 'settings'>): number => settings.seeds ?? 1;

/** Predictions on the validation split at the places of its examples among all labelled; 0 elsewhere. */
export function placed(
  { judging, data }: { readonly judging: Judging; readonly data: StudyData },
  found: Float32Array,
): Float32Array {
  const classes = data.classes.length;
  const result = new Float32Array(judging.labelled.length * classes);
  judging.validation.forEach((row, i) => {
    result.set(found.subarray(i * classes, (i + 1) * classes), row * classes);
  });
  return result;
}

const onLabelled = (session: Session, found: Float32Array): Float32Array =>
  session.judging.basis === 'folds' ? found : placed(session, found);

/**
 * What a trial says of the examples that judge when it is trained under further seeds, as far as the time allows.
 *
 * @param notes takes what there was no time for
 * @returns of each further seed [labelled, classes]; none where nothing in its training is drawn by chance
 */
export async function underSeeds(session: Session, one: Descended, notes: string[]): Promise<Float32Array[]> {
  const { trial } = one;
  const { again } = methodFor(trial.configuration);
  const { judging, data } = session;
  const examples =
    judging.basis === 'folds' ? judging.labelled.length * (judging.plan.folds - 1) : data.splits.train.length;
  const found: Float32Array[] = [];
  if (again === undefined) return found;
  for (let seed = 2; seed <= seedsOf(session); seed++) {
    const late = `There was no time to train trial ${trial.number} under seed ${seed} of ${seedsOf(session)}.`;
    if (trainingSeconds(session, trial, examples) > session.left()) return [...found, ...noted(notes, late)];
    try {
      const limited = session.until(session.elapsed() + session.left());
      found.push(onLabelled(session, await again(limited, one, seed)));
    } catch (error) {
      if (error instanceof TimeUp) return [...found, ...noted(notes, late)];
      if (!(error instanceof RetrainingFailed || error instanceof EngineError)) throw error;
      const failed = `Trial ${trial.number} failed under seed ${seed} (${error.message}); it counts without it.`;
      return [...found, ...noted(notes, failed)];
    }
  }
  return found;
}

const noted = (notes: string[], text: string): [] => {
  notes.push(text);
  return [];
};

/** The same of trials whose weights are averaged, which are all trained under the seeds. @param count further seeds */
export async function soupUnderSeeds(
  session: Session,
  members: Members,
  count: number,
): Promise<Float32Array[]> {
  const found: Float32Array[] = [];
  for (let seed = 2; seed < 2 + count; seed++)
    found.push(onLabelled(session, await soupOf(members).again(session, members, seed)));
  return found;
}

/** Probabilities of an average under each further seed that its members have in common. */
export function averageUnderSeeds(
  members: readonly {
    readonly share: number;
    readonly probabilities: Float32Array;
    readonly repeats?: readonly Float32Array[] | undefined;
  }[],
): Float32Array[] {
  const trained = members.flatMap(({ repeats = [] }) => (repeats.length > 0 ? [repeats.length] : []));
  const count = trained.length === 0 ? 0 : Math.min(...trained);
  return Array.from({ length: count }, (_, k) => {
    const sum = new Float32Array(members[0]?.probabilities.length ?? 0);
    for (const { share, probabilities, repeats } of members) {
      const own = repeats?.[k] ?? probabilities;
      own.forEach((value, i) => (sum[i] = (sum[i] as number) + share * value));
    }
    return sum;
  });
}

/** What several runs of one thing lose, example by example and as a whole. */
export interface Several {
  /** Mean loss of each example over the runs. */
  readonly losses: Float64Array;
  /** Least and most mean loss of a run. */
  readonly low: number;
  readonly high: number;
  /** The run whose mean loss is the nearest to that of all; of two as near, the one that lost more. */
  readonly typical: number;
}

const meanOf = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length;

/** @param runs losses of each example, run by run; at least one */
export function severalRuns(runs: readonly Float64Array[]): Several {
  const losses = Float64Array.from(
    runs[0] ?? [],
    (_, i) => runs.reduce((sum, run) => sum + (run[i] as number), 0) / runs.length,
  );
  const means = runs.map(meanOf);
  const mean = meanOf(losses);
  const distance = (run: number): number => Math.abs((means[run] ?? NaN) - mean);
  const order = [...means.keys()].sort((a, b) => {
    const nearer = distance(a) - distance(b);
    return Math.abs(nearer) > 1e-12 ? nearer : (means[b] ?? NaN) - (means[a] ?? NaN);
  });
  return { losses, low: Math.min(...means), high: Math.max(...means), typical: order[0] ?? 0 };
}
