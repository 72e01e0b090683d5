import { join } from 'node:path';
import { float32 } from '@espalier/onnx';
import { readWeights, writeWeights } from '../training/checkpoint.js';
import { TimeUp, type Session } from '../study/session.js';
import type { Probed } from './probing.js';
import { isWithin } from '../costs/before.js';
import type { Measured, ProbeRecord } from '@espalier/study';

/** Part of the wall time after which no further probe is begun; the first is always fitted. */
const SHARE_OF_TIME = 0.4;

/** Times that features take, which activations and an epoch from a middle depth take. */
const TRIAL_FACTOR = 2;
/** Part of the wall time after which no trial begins. */
const FOLLOWING = 0.85;
/** Part of the wall time that is left for fitting and measuring the answer at least. */
const LEAST_LEFT = 0.2;

/** Seconds that probes take at most where nobody says how long a study may take. */
const MOST_SECONDS = 600;

const PROBABILITIES = 'probabilities';
const probabilitiesPath = (folder: string, number: number): string =>
  join(folder, 'probes', `probe-${number}.bin`);

/**
 * Fits every probe of a study's plan, before any step of gradient descent: from the features as the first
 * head would read them to several depths together. They end when their share of the time is up: what is being
 * fitted then is taken as far as it has come.
 *
 * @param known what the journal already has
 * @param measured what networks cost; what would be over a limit is not fitted
 */
export async function probeAll(
  session: Session,
  known: readonly ProbeRecord[],
  measured: Measured,
): Promise<ProbedAll> {
  const { signal, emit, settings } = session;
  const probing = await session.probing();
  const results: Probed[] = [];
  const isLate = lateness(session);
  let featured = 0;
  const late = (): boolean => isLate(featured);
  const within = [...probing.plans.entries()].filter(([, plan]) => isWithin(settings, plan, measured));
  for (const [number, plan] of within) {
    signal.throwIfAborted();
    const before = known.find((record) => record.number === number && record.title === plan.title);
    if (before === undefined && late() && results.length > 0) break;
    const began = session.elapsed();
    const prepared = await inTime(
      probing.prepare(plan, (done, total) => {
        emit({ kind: 'progress', phase: 'caching', done, total });
        if (before === undefined && results.length > 0 && late()) throw new TimeUp('the time is up');
      }),
    );
    if (!prepared) break;
    if (results.length === 0) featured = session.elapsed() - began;
    emit({ kind: 'progress', phase: 'probing', done: number, total: probing.plans.length });
    const probed = await probeOne(session, number, before, late);
    if (before === undefined) await session.record({ type: 'probed', record: probed.record });
    results.push(probed);
    emit({ kind: 'probed', record: probed.record });
  }
  return { probed: results, featured, notes: notesOn(results.length, within.length) };
}

/** Waits for features; false where their time is up. */
async function inTime(preparing: Promise<void>): Promise<boolean> {
  try {
    await preparing;
    return true;
  } catch (error) {
    if (error instanceof TimeUp) return false;
    throw error;
  }
}

/** The probes that were fitted, and what people should know of those that were not. */
export interface ProbedAll {
  readonly probed: readonly Probed[];
  /** Seconds that the features of the first took. */
  readonly featured: number;
  readonly notes: readonly string[];
}

/**
 * Whether the probes have had their time. Where computing the activations of a trial, which takes as long as the
 * first features, would leave no time to train it, probes are all that there is time for.
 */
function lateness({ settings, elapsed, left }: Session): (featured: number) => boolean {
  const { seconds } = settings.budget;
  if (seconds === null) {
    const end = elapsed() + MOST_SECONDS;
    return () => elapsed() > end;
  }
  return (featured) => {
    const forTrials = elapsed() + TRIAL_FACTOR * featured < FOLLOWING * seconds;
    return elapsed() > SHARE_OF_TIME * seconds && (forTrials || left() < LEAST_LEFT * seconds);
  };
}

const notesOn = (fitted: number, planned: number): string[] =>
  fitted === planned
    ? []
    : [`The time for linear classifiers was up after ${fitted} of ${planned}; the others were not fitted.`];

/** Reads a probe's predictions back where they were kept; else they are computed again. */
async function probeOne(
  session: Session,
  number: number,
  before: ProbeRecord | undefined,
  late: () => boolean,
): Promise<Probed> {
  const path = probabilitiesPath(session.folder, number);
  if (before !== undefined) {
    const kept = await readWeights(path);
    const probabilities = kept?.get(PROBABILITIES)?.data as Float32Array | undefined;
    if (probabilities !== undefined) return { record: before, probabilities };
  }
  const probed = await (await session.probing()).probe(number, { late });
  const { probabilities } = probed;
  await writeWeights(path, new Map([[PROBABILITIES, float32([probabilities.length], probabilities)]]));
  return before === undefined ? probed : { ...probed, record: before };
}
