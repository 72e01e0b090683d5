import type { PolicyName } from '@espalier/data';
import { initialiseModel } from '@espalier/engine';
import type { Predictions } from '@espalier/metrics';
import { checkTime, type Configuration } from '@espalier/search';
import { plainLook } from './activations.js';
import { encodeAll, onlyInputs } from './inputs.js';
import type { PreparedBackbone } from './backbone.js';
import { readWeights, removeFile } from './checkpoint.js';
import { StudyError } from './errors.js';
import type { ScratchRecord, StudyLog } from './journal.js';
import { runPersisted, type PersistedRun } from './persisted.js';
import { predictAll } from './predictions.js';
import { bestEpoch, isBetter, type EpochRecord } from './records.js';
import { checkpointPath, weightsPath, type Candidate, type Session } from './session.js';
import { commonTask } from './search.js';
import type { StudySettings } from './settings.js';
import { freshHead, initialWeights } from './trainers.js';
import type { Ending, TrialOutcome } from './trial.js';

/** Examples by which the fresh weights are scaled. */
const CALIBRATION_EXAMPLES = 16;

/** What the same network is worth without pre-training. */
export interface ScratchResult {
  readonly record: ScratchRecord;
  readonly validation: EpochRecord;
  readonly test: Predictions;
}

/** The twin, or a sentence that says why there is none. */
export type ScratchOutcome =
  | { readonly kind: 'trained'; readonly result: ScratchResult }
  | { readonly kind: 'none'; readonly why: string };

/**
 * Trains the best trial's network from random weights, once for each of the settings' rates, with the
 * same data, augmentation and epochs, to the end; gives the best epoch of all by validation.
 */
export async function runScratch(
  session: Session,
  best: Configuration,
  log: Pick<StudyLog, 'scratch' | 'scratchEpochs'>,
): Promise<ScratchOutcome> {
  const candidate = session.candidate(best.backbone);
  if (!session.settings.scratch) return none('it was switched off');
  if (!candidate.prepared.freezeDepths.includes(0)) {
    return none('an operator of the network has no gradient rule, so that it cannot be trained as a whole');
  }
  const records: ScratchRecord[] = [];
  for (const [index, rate] of session.settings.scratchRates.entries()) {
    const known = log.scratch.find(({ learningRate }) => learningRate === rate);
    const epochs = log.scratchEpochs.get(rate) ?? [];
    records.push(known ?? (await runTwin(session, { index, rate, best, epochs })));
  }
  const result = await bestOf(session, candidate, records);
  return result === null ? none('it failed at every learning rate') : { kind: 'trained', result };
}

async function runTwin(session: Session, run: Omit<TwinRun, 'decide'>): Promise<ScratchRecord> {
  const { settings, folder } = session;
  const { status, reason, epochs } = await trainTwin(session, {
    ...run,
    decide: () => decideTwin(settings, session.elapsed()),
  });
  const record = {
    type: 'scratch-ended' as const,
    backbone: run.best.backbone,
    status,
    reason,
    learningRate: run.rate,
    epochs: [...epochs],
  };
  await session.record(record);
  await removeFile(checkpointPath(folder, scratchName(run.index)));
  return { ...record, elapsed: session.elapsed() };
}

/** Whether time ends a twin before its last epoch. */
export function decideTwin({ budget }: StudySettings, elapsed: number): Ending | null {
  const time = checkTime(budget, { seconds: elapsed });
  return time.kind === 'left' ? null : { status: 'complete', reason: 'the time is up' };
}

const none = (reason: string): ScratchOutcome => ({
  kind: 'none',
  why: `There is no twin trained from scratch: ${reason}.`,
});

async function scratchTwin(session: Session, { prepared }: Candidate): Promise<PreparedBackbone> {
  const { engine, settings, data } = session;
  const { encoder } = prepared;
  const looked = data.splits.train
    .slice(0, CALIBRATION_EXAMPLES)
    .map((example) => plainLook(data.modality, example));
  const bucket = Math.max(...looked.map(({ example }) => encoder.bucketOf(example)));
  const feeds = onlyInputs(prepared.model, await encodeAll(encoder, looked, bucket));
  const model = await initialiseModel(engine, prepared.model, feeds, { seed: settings.seed });
  return { ...prepared, model, hash: `${prepared.hash} from scratch` };
}

export const scratchName = (index: number): string => `scratch-${index}`;

export interface TwinRun {
  /** Which of the settings' rates. */
  readonly index: number;
  readonly rate: number;
  /** The best trial's. */
  readonly best: Configuration;
  /** Epochs that are recorded already. */
  readonly epochs: readonly EpochRecord[];
  readonly decide: PersistedRun['decide'];
}

/** Trains the best trial's network from random weights at one rate, as a trial is trained. */
export async function trainTwin(session: Session, run: TwinRun): Promise<TrialOutcome> {
  const { index, rate, best, epochs: known, decide } = run;
  const { settings, data, emit, pool } = session;
  const candidate = session.candidate(best.backbone);
  await session.cache(candidate, best.augmentation as PolicyName);
  const twin = await scratchTwin(session, candidate);
  const name = scratchName(index);
  const common = commonTask(session, best);
  return runPersisted(session, {
    task: {
      ...common,
      // Random weights take their time: patience would end the twin before it has begun to learn.
      training: { ...common.training, patience: null },
      name,
      trainer: await pool.get(twin, 0),
      activations: candidate.activations,
      depth: 0,
      learningRate: rate,
      layerDecay: 1,
      stageRate: 1,
      epochs: settings.budget.epochs,
      initial: initialWeights(twin, 0, freshHead(twin, data.classes.length, settings.seed, name)),
      guarded: false,
      constants: new Map(),
    },
    known,
    decide,
    onStep: (done, total) => emit({ kind: 'progress', phase: 'scratch', done, total }),
    record: async (record) => {
      await session.record({ type: 'scratch-epoch', learningRate: rate, record });
      emit({ kind: 'scratch-epoch', record });
    },
  });
}

async function bestOf(
  session: Session,
  candidate: Candidate,
  records: readonly ScratchRecord[],
): Promise<ScratchResult | null> {
  const scored = records.flatMap((record, index) => {
    const epoch = bestEpoch(record.epochs);
    return epoch === null || record.status === 'failed' ? [] : [{ record, index, epoch }];
  });
  const [first, ...others] = scored;
  if (first === undefined) return null;
  const winner = others.reduce((a, b) => (isBetter(b.epoch, a.epoch) ? b : a), first);
  const weights = await readWeights(weightsPath(session.folder, scratchName(winner.index)));
  if (weights === null) throw new StudyError(`the weights of the twin trained from scratch are gone`);
  const { data, pool, signal } = session;
  const twin = await scratchTwin(session, candidate);
  const trainer = await pool.get(twin, 0);
  trainer.reset(weights);
  const { activations } = candidate;
  const test = await predictAll(
    { trainer, activations, depth: 0, classes: data.classes.length, signal },
    data.splits.test.map((example) => plainLook(data.modality, example)),
  );
  return { record: winner.record, validation: winner.epoch, test };
}
