import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SplitName } from '@espalier/data';
import {
  correctness,
  evaluate,
  judgeOverfitting,
  judgeTransfer,
  majorityBaseline,
  type Evaluation,
  type MajorityBaseline,
  type OverfittingVerdict,
  type Predictions,
  type TransferVerdict,
} from '@espalier/metrics';
import { writeFileAtomic } from '@espalier/files';
import { writeModel, type Model } from '@espalier/onnx';
import { plainLook, type Looked } from './activations.js';
import { encodeAll } from './inputs.js';
import { onlyInputs, type PreparedBackbone } from './backbone.js';
import { readWeights, type Weights } from './checkpoint.js';
import { StudyError } from './errors.js';
import { labelsOf } from './examples.js';
import { assembleModel } from './export.js';
import { predictAll } from './predictions.js';
import { bestEpoch, type EpochRecord, type TrialRecord } from './records.js';
import type { ScratchOutcome } from './scratch.js';
import { trialName } from './search.js';
import { weightsPath, type Candidate, type Session } from './session.js';

/** The best trial, measured. */
export interface BestModel {
  readonly trial: TrialRecord;
  readonly epoch: EpochRecord;
  readonly evaluations: Readonly<Record<SplitName, Evaluation>>;
  readonly test: Predictions;
  readonly modelPath: string;
}

export interface Verdicts {
  readonly majority: MajorityBaseline;
  readonly scratch: ScratchOutcome;
  /** Null where there is no twin trained from scratch. */
  readonly transfer: TransferVerdict | null;
  readonly overfitting: OverfittingVerdict;
}

/** Reads back what a trial learned. */
export async function trialWeights(session: Pick<Session, 'folder'>, number: number): Promise<Weights> {
  const weights = await readWeights(weightsPath(session.folder, trialName(number)));
  if (weights === null) {
    throw new StudyError(`the weights of trial ${number} were not kept; the best five trials' are`);
  }
  return weights;
}

/** The whole network of a trial, ready to be written. */
export async function modelOfTrial(
  session: Pick<Session, 'folder' | 'settings'> & { readonly classes: readonly string[] },
  candidate: Pick<Candidate, 'prepared'>,
  trial: TrialRecord,
): Promise<Model> {
  const { prepared } = candidate;
  return assembleModel(prepared, await trialWeights(session, trial.number), {
    version: 1,
    labels: [...session.classes],
    preprocessing: prepared.loaded.preprocessing,
    backbone: prepared.backbone.id,
    licence: prepared.backbone.licence,
    freezeDepth: trial.configuration.freezeDepth,
    seed: session.settings.seed,
  });
}

/** Evaluates the best trial on every split, writes its model and checks that the file says the same. */
export async function finishBest(session: Session, trial: TrialRecord): Promise<BestModel> {
  const { settings, data, pool, signal, emit } = session;
  const candidate = session.candidate(trial.configuration.backbone);
  const { prepared, activations } = candidate;
  const depth = trial.configuration.freezeDepth;
  const trainer = await pool.get(prepared, depth);
  trainer.reset(await trialWeights(session, trial.number));
  const classes = data.classes.length;
  const options = { trainer, activations, depth, classes, signal };
  const evaluations: Partial<Record<SplitName, Evaluation>> = {};
  const predictions: Partial<Record<SplitName, Predictions>> = {};
  for (const [done, split] of (['train', 'validation', 'test'] as const).entries()) {
    emit({ kind: 'progress', phase: 'finishing', done, total: 4 });
    const looked = plainViews(session, split);
    predictions[split] = await predictAll(options, looked);
    evaluations[split] = evaluate(predictions[split], { seed: settings.seed });
  }
  const model = await modelOfTrial({ ...session, classes: data.classes }, candidate, trial);
  const test = predictions.test as Predictions;
  await checkExport(session, candidate, model, test);
  const modelPath = join(session.folder, 'model.onnx');
  await writeModel(modelPath, model);
  await copyAssets(session.folder, prepared);
  emit({ kind: 'progress', phase: 'finishing', done: 4, total: 4 });
  return {
    trial,
    epoch: bestEpoch(trial.epochs) as EpochRecord,
    evaluations: evaluations as Record<SplitName, Evaluation>,
    test,
    modelPath,
  };
}

/** What the preprocessing reads goes with the model, so that it runs anywhere. */
async function copyAssets(folder: string, { loaded }: PreparedBackbone): Promise<void> {
  for (const [name, path] of Object.entries(loaded.assets ?? {})) {
    await writeFileAtomic(join(folder, name), await readFile(path));
  }
}

const plainViews = ({ data }: Session, split: SplitName): Looked[] =>
  data.splits[split].map((example) => plainLook(data.modality, example));

const CHECKED_EXAMPLES = 8;
/** Other orders of summation than in training; a wrong weight differs by far more. */
const TOLERANCE = 1e-4;

/** Runs the whole network on a few test examples: it has to say what the trained suffix said. */
async function checkExport(
  session: Session,
  { prepared }: Candidate,
  model: Model,
  expected: Predictions,
): Promise<void> {
  const { encoder } = prepared;
  const looked = plainViews(session, 'test').slice(0, CHECKED_EXAMPLES);
  // One batch: shorter sequences are filled up further than in training, which must not matter.
  const bucket = Math.max(...looked.map(({ example }) => encoder.bucketOf(example)));
  const feeds = await encodeAll(encoder, looked, bucket);
  const forward = await session.engine.compileForward(model);
  const { probabilities } = await forward.run(onlyInputs(model, feeds));
  await forward.dispose();
  const found = probabilities?.data as Float32Array;
  const wanted = expected.probabilities as Float32Array;
  const worst = found.reduce((most, value, i) => Math.max(most, Math.abs(value - (wanted[i] as number))), 0);
  if (!(worst <= TOLERANCE)) {
    throw new StudyError(
      `the assembled model differs from the trained one by ${worst} in a probability; this is a defect, please report it`,
    );
  }
}

/** The guards: against negative transfer and overfitting. */
export function judge(session: Session, best: BestModel, scratch: ScratchOutcome): Verdicts {
  const { settings, data } = session;
  const majority = majorityBaseline(labelsOf(data.splits.train), labelsOf(data.splits.test));
  const transfer =
    scratch.kind === 'none'
      ? null
      : judgeTransfer(
          {
            transfer: correctness(best.test),
            scratch: correctness(scratch.result.test),
            majority: majority.correct,
          },
          { seed: settings.seed },
        );
  const { train, validation } = best.evaluations;
  const overfitting = judgeOverfitting({
    trainAccuracy: train.accuracy,
    validationAccuracy: validation.accuracy,
    trainLoss: train.logLoss,
    validationLoss: validation.logLoss,
    curve: best.trial.epochs,
  });
  return { majority, scratch, transfer, overfitting };
}
