import type { ScannedExample } from '@espalier/data';
import { channelAxis } from '@espalier/onnx';
import { createRandom } from '@espalier/random';
import { runProbes, type Labelled } from '@espalier/search';
import { plainLook } from './activations.js';
import { cutAt, cutDims, type PreparedBackbone } from './backbone.js';
import { batchesOf } from './batches.js';
import { labelsOf } from './examples.js';
import { maskInputOf } from './features.js';
import type { ProbeRecord } from './probeRecord.js';
import type { Candidate, Session } from './session.js';

/** More examples would make closed forms slow and hardly change which depth is best. */
const MOST_TRAINED = 1000;
const MOST_VALIDATED = 1000;

/**
 * Probes the cached features of every backbone at every depth that is searched, before any step of
 * gradient descent. At depth 0 there are no features.
 *
 * @param known what the journal already has
 */
export async function probeAll(session: Session, known: readonly ProbeRecord[]): Promise<ProbeRecord[]> {
  const records: ProbeRecord[] = [];
  const jobs = session.candidates.flatMap((candidate) =>
    candidate.depths.filter((depth) => depth > 0).map((depth) => ({ candidate, depth })),
  );
  for (const [done, { candidate, depth }] of jobs.entries()) {
    session.signal.throwIfAborted();
    await session.cache(candidate, 'none');
    session.emit({ kind: 'progress', phase: 'probing', done, total: jobs.length });
    const { id } = candidate.prepared.backbone;
    const before = known.find(({ backbone, freezeDepth }) => backbone === id && freezeDepth === depth);
    const record = before ?? (await probe(session, candidate, depth));
    if (before === undefined) await session.record({ type: 'probed', record });
    records.push(record);
    session.emit({ kind: 'probed', record });
  }
  return records;
}

async function probe(session: Session, candidate: Candidate, depth: number): Promise<ProbeRecord> {
  const { train, validation } = session.data.splits;
  const { seed } = session.settings;
  const trained = createRandom(seed, 'probe').shuffle(train).slice(0, MOST_TRAINED);
  const seen = createRandom(seed, 'probe').shuffle(validation).slice(0, MOST_VALIDATED);
  const [first, second] = [
    await pooled(session, candidate, depth, trained),
    await pooled(session, candidate, depth, seen),
  ];
  const width = first.features.length / trained.length;
  const problem = { train: first, validation: second, width, classes: session.data.classes.length };
  return { backbone: candidate.prepared.backbone.id, freezeDepth: depth, width, results: runProbes(problem) };
}

/** One vector an example: the mean over places, or over the tokens that the mask shows. */
async function pooled(
  { data, settings, signal }: Session,
  { prepared, activations }: Candidate,
  depth: number,
  examples: readonly ScannedExample[],
): Promise<Labelled> {
  const looked = examples.map((example, place) => ({
    place,
    one: plainLook(data.modality, example),
  }));
  const rows: Float32Array[] = [];
  const cut = cutAt(prepared, depth);
  for (const { bucket, items } of batchesOf(looked, settings.training.batch, ({ one }) =>
    activations.bucketOf(one.example),
  )) {
    signal.throwIfAborted();
    const inputs = await activations.read(
      depth,
      items.map(({ one }) => one),
      bucket,
    );
    const dims = cutDims(prepared, depth, bucket);
    const mask = maskOf(prepared, inputs);
    const size = dims.reduce((a, b) => a * b, 1);
    items.forEach(({ place }, i) => {
      const values = (inputs[cut] as Float32Array).subarray(i * size, (i + 1) * size);
      rows[place] = poolPlaces(
        values,
        dims,
        mask?.subarray((i * mask.length) / items.length, ((i + 1) * mask.length) / items.length),
      );
    });
  }
  const width = rows[0]?.length ?? 0;
  const features = new Float32Array(rows.length * width);
  rows.forEach((row, i) => features.set(row, i * width));
  return { features, labels: labelsOf(examples) };
}

function maskOf(
  { loaded }: PreparedBackbone,
  inputs: Readonly<Record<string, unknown>>,
): BigInt64Array | null {
  const name = maskInputOf(loaded);
  return name === null ? null : ((inputs[name] as BigInt64Array | undefined) ?? null);
}

/** The mean of [C, ...places] or of [places, C]: three axes are a picture's, two a sequence's. */
function poolPlaces(
  values: Float32Array,
  dims: readonly number[],
  mask: BigInt64Array | undefined,
): Float32Array {
  if (dims.length < 2) return values.slice();
  const channelsLast = channelAxis([1, ...dims]) === dims.length;
  const width = (channelsLast ? dims.at(-1) : dims[0]) as number;
  const places = values.length / width;
  const result = new Float32Array(width);
  let counted = 0;
  for (let place = 0; place < places; place++) {
    if (mask !== undefined && mask.length === places && mask[place] === 0n) continue;
    counted++;
    for (let c = 0; c < width; c++) {
      const at = channelsLast ? place * width + c : c * places + place;
      result[c] = (result[c] as number) + (values[at] as number);
    }
  }
  return result.map((sum) => sum / Math.max(1, counted));
}
