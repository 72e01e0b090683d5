import { join } from 'node:path';
import { float32 } from '@espalier/onnx';
import { readWeights, writeWeights } from '../training/checkpoint.js';
import type { Session } from '../study/session.js';
import type { Probed } from './probing.js';
import type { ProbeRecord } from '@espalier/study';

/** Part of the wall time after which no further probe is begun; the first is always fitted. */
const SHARE_OF_TIME = 0.4;

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
 */
export async function probeAll(session: Session, known: readonly ProbeRecord[]): Promise<ProbedAll> {
  const { signal, emit } = session;
  const probing = await session.probing();
  const results: Probed[] = [];
  const late = lateness(session);
  for (const [number, plan] of probing.plans.entries()) {
    signal.throwIfAborted();
    const before = known.find((record) => record.number === number && record.title === plan.title);
    if (before === undefined && late() && results.length > 0) break;
    await probing.prepare(plan, (done, total) => emit({ kind: 'progress', phase: 'caching', done, total }));
    emit({ kind: 'progress', phase: 'probing', done: number, total: probing.plans.length });
    const probed = await probeOne(session, number, before, late);
    if (before === undefined) await session.record({ type: 'probed', record: probed.record });
    results.push(probed);
    emit({ kind: 'probed', record: probed.record });
  }
  return { probed: results, notes: notesOn(results.length, probing.plans.length) };
}

/** The probes that were fitted, and what people should know of those that were not. */
export interface ProbedAll {
  readonly probed: readonly Probed[];
  readonly notes: readonly string[];
}

/** Whether the probes have had their time. */
function lateness({ settings, elapsed }: Session): () => boolean {
  const { seconds } = settings.budget;
  const end = seconds === null ? elapsed() + MOST_SECONDS : SHARE_OF_TIME * seconds;
  return () => elapsed() > end;
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
