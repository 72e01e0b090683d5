import type { AugmentationName } from '@espalier/data';
import { initialiseModel } from '@espalier/engine';
import type { Predictions } from '@espalier/metrics';
import { float32, sizeOf } from '@espalier/onnx';
import { checkTime, type Configuration } from '@espalier/search';
import { look } from './activations.js';
import type { PreparedBackbone } from './backbone.js';
import { readCheckpoint, readWeights, removeFile, writeCheckpoint, writeWeights } from './checkpoint.js';
import { StudyError } from './errors.js';
import type { ScratchRecord } from './journal.js';
import { predictAll } from './predictions.js';
import { bestEpoch, isBetter, type EpochRecord } from './records.js';
import { checkpointPath, weightsPath, type Candidate, type Session } from './session.js';
import { initialWeights } from './trainers.js';
import { runTrial } from './trial.js';

/** Examples by which the fresh weights are scaled. */
const CALIBRATION_EXAMPLES = 16;

/** What the same network is worth without pre-training. */
export interface ScratchResult {
  readonly record: ScratchRecord;
  readonly validation: EpochRecord;
  readonly test: Predictions;
}

/**
 * Trains the best trial's network from random weights, once for each of the settings' rates, with the
 * same data, augmentation and epochs, to the end; gives the best epoch of all by validation.
 *
 * @returns null where the whole network cannot be trained, or every rate failed
 */
export async function runScratch(
  session: Session,
  best: Configuration,
  done: readonly ScratchRecord[],
): Promise<ScratchResult | null> {
  const candidate = session.candidate(best.backbone);
  if (!candidate.prepared.freezeDepths.includes(0)) return null;
  const policy = best.augmentation as AugmentationName;
  await session.cache(candidate, policy);
  const twin = await scratchTwin(session, candidate);
  const records: ScratchRecord[] = [];
  for (const [index, rate] of session.settings.scratchRates.entries()) {
    const known = done.find(({ learningRate }) => learningRate === rate);
    records.push(known ?? (await trainTwin(session, candidate, twin, { index, rate, best, policy })));
  }
  return bestOf(session, candidate, twin, records);
}

async function scratchTwin(
  session: Session,
  { prepared, activations }: Candidate,
): Promise<PreparedBackbone> {
  const { engine, settings, data } = session;
  const looked = data.splits.train
    .slice(0, CALIBRATION_EXAMPLES)
    .map((example) => look(example, 'none', 0, settings.seed));
  const { name, dims } = prepared.input;
  const values = new Float32Array(looked.length * sizeOf(dims));
  await activations.read(0, looked, values);
  const feeds = { [name]: float32([looked.length, ...dims], values) };
  const model = await initialiseModel(engine, prepared.model, feeds, { seed: settings.seed });
  return { ...prepared, model, hash: `${prepared.hash} from scratch` };
}

const scratchName = (index: number): string => `scratch-${index}`;

interface ScratchRun {
  readonly index: number;
  readonly rate: number;
  readonly best: Configuration;
  readonly policy: AugmentationName;
}

async function trainTwin(
  session: Session,
  { activations }: Candidate,
  twin: PreparedBackbone,
  { index, rate, best, policy }: ScratchRun,
): Promise<ScratchRecord> {
  const { settings, data, folder, emit, signal, pool } = session;
  const name = scratchName(index);
  const classes = data.classes.length;
  const path = checkpointPath(folder, name);
  const outcome = await runTrial(
    {
      name,
      trainer: await pool.get(twin, 0),
      activations,
      input: twin.input.name,
      depth: 0,
      policy,
      learningRate: rate,
      layerDecay: 1,
      weightDecay: best.weightDecay,
      epochs: settings.budget.epochs,
      // Random weights take their time: patience would end the twin before it has begun to learn.
      training: { ...settings.training, patience: null },
      seed: settings.seed,
      classes,
      ...(settings.training.classWeights === 'balanced' && { classWeights: data.balance.weights }),
      train: data.splits.train,
      validation: data.splits.validation,
      initial: initialWeights(twin, 0, classes, settings.seed, name),
    },
    {
      signal,
      onStep: (done, total) => emit({ kind: 'progress', phase: 'scratch', done, total }),
      onEpoch: async (at) => {
        await writeCheckpoint(path, at);
        emit({ kind: 'scratch-epoch', record: at.epochs.at(-1) as EpochRecord });
        const time = checkTime(settings.budget, { seconds: session.elapsed() });
        return time.kind === 'left' ? null : { status: 'complete', reason: 'the time is up' };
      },
    },
    await readCheckpoint(path),
  );
  if (outcome.best !== null) await writeWeights(weightsPath(folder, name), outcome.best);
  const record = {
    type: 'scratch-ended' as const,
    backbone: best.backbone,
    status: outcome.status,
    reason: outcome.reason,
    learningRate: rate,
    epochs: [...outcome.epochs],
  };
  await session.record(record);
  await removeFile(path);
  return { ...record, elapsed: session.elapsed() };
}

async function bestOf(
  session: Session,
  { activations }: Candidate,
  twin: PreparedBackbone,
  records: readonly ScratchRecord[],
): Promise<ScratchResult | null> {
  const scored = records.flatMap((record, index) => {
    const epoch = bestEpoch(record.epochs);
    return epoch === null ? [] : [{ record, index, epoch }];
  });
  const [first, ...others] = scored;
  if (first === undefined) return null;
  const winner = others.reduce((a, b) => (isBetter(b.epoch, a.epoch) ? b : a), first);
  const weights = await readWeights(weightsPath(session.folder, scratchName(winner.index)));
  if (weights === null) throw new StudyError(`the weights of the twin trained from scratch are gone`);
  const { settings, data, pool, signal } = session;
  const trainer = await pool.get(twin, 0);
  trainer.reset(weights);
  const test = await predictAll(
    { trainer, activations, depth: 0, input: twin.input.name, classes: data.classes.length, signal },
    data.splits.test.map((example) => look(example, 'none', 0, settings.seed)),
  );
  return { record: winner.record, validation: winner.epoch, test };
}
