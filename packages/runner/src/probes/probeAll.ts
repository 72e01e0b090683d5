import { join } from 'node:path';
import { float32 } from '@espalier/onnx';
import { readWeights, writeWeights } from '../checkpoint.js';
import type { Session } from '../session.js';
import type { Probed } from './probing.js';
import type { ProbeRecord } from './record.js';

/** Part of the wall time after which no further probe is begun; the first is always fitted. */
const SHARE_OF_TIME = 0.4;

const PROBABILITIES = 'probabilities';
const probabilitiesPath = (folder: string, number: number): string =>
  join(folder, 'probes', `probe-${number}.bin`);

/**
 * Fits every probe of a study's plan, before any step of gradient descent: from the features as the first
 * head would read them to several depths together.
 *
 * @param known what the journal already has
 */
export async function probeAll(session: Session, known: readonly ProbeRecord[]): Promise<Probed[]> {
  const { settings, signal, emit, elapsed } = session;
  const probing = await session.probing();
  const results: Probed[] = [];
  for (const [number, plan] of probing.plans.entries()) {
    signal.throwIfAborted();
    const before = known.find((record) => record.number === number && record.title === plan.title);
    const late = settings.budget.seconds !== null && elapsed() > SHARE_OF_TIME * settings.budget.seconds;
    if (before === undefined && late && results.length > 0) break;
    await probing.prepare(plan, (done, total) => emit({ kind: 'progress', phase: 'caching', done, total }));
    emit({ kind: 'progress', phase: 'probing', done: number, total: probing.plans.length });
    const probed = await probeOne(session, number, before);
    if (before === undefined) await session.record({ type: 'probed', record: probed.record });
    results.push(probed);
    emit({ kind: 'probed', record: probed.record });
  }
  return results;
}

/** Reads a probe's predictions back where they were kept; else they are computed again. */
async function probeOne(session: Session, number: number, before: ProbeRecord | undefined): Promise<Probed> {
  const path = probabilitiesPath(session.folder, number);
  if (before !== undefined) {
    const kept = await readWeights(path);
    const probabilities = kept?.get(PROBABILITIES)?.data as Float32Array | undefined;
    if (probabilities !== undefined) return { record: before, probabilities };
  }
  const probed = await (await session.probing()).probe(number, session.signal);
  const { probabilities } = probed;
  await writeWeights(path, new Map([[PROBABILITIES, float32([probabilities.length], probabilities)]]));
  return before === undefined ? probed : { ...probed, record: before };
}
