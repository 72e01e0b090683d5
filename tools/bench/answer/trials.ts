import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { float32, headNames, writeModel } from '@espalier/onnx';
import { createRandom } from '@espalier/base/random';
import { modelOfTrial, trainTrial, type Session } from '@espalier/runner';
import { bestLoss, type TrialRecord } from '@espalier/study';
import { accuracyOn, type Fresh } from './ours.js';

/** Variants of the start of trials and of the learning rate of pre-trained stages, one change at a time. */
export interface TrialVariant {
  /** From the fitted head on standardised features, and not from random weights on features as they are. */
  readonly starts: boolean;
  /** Pre-trained stages learn slower than the head, and not as fast. */
  readonly rates: boolean;
}

export const trialVariants = {
  'plain trials': { starts: false, rates: false },
  starts: { starts: true, rates: false },
  rates: { starts: false, rates: true },
  both: { starts: true, rates: true },
} as const satisfies Record<string, TrialVariant>;

type Start = Awaited<ReturnType<Session['starts']['ofTrial']>>;
type Configuration = TrialRecord['configuration'];

/** Rates as they were searched, and as they are. */
const RATES = { before: [1e-4, 1e-2], now: [3e-4, 1e-2] } as const;

/** Accuracy on fresh examples of the best of a few random trials by validation, without any refitting. */
export async function measureTrials(
  session: Session,
  fresh: Fresh,
  trials: number,
): Promise<Record<keyof typeof trialVariants, number>> {
  const results: Partial<Record<keyof typeof trialVariants, number>> = {};
  for (const [v, name] of (Object.keys(trialVariants) as (keyof typeof trialVariants)[]).entries()) {
    const variant = trialVariants[name];
    const changed = await varied(session, variant);
    const records: TrialRecord[] = [];
    for (let trial = 0; trial < trials; trial++) {
      // Numbers name random draws and files: each variant has its own files and the same draws of rates.
      records.push(await runOne(changed, v * trials + trial, drawn(session, variant, trial)));
    }
    const best = records.reduce((a, b) => (lossOf(b) < lossOf(a) ? b : a));
    results[name] = await freshAccuracy(changed, best, fresh);
  }
  return results as Record<keyof typeof trialVariants, number>;
}

const lossOf = (trial: TrialRecord): number => bestLoss(trial) ?? Infinity;

async function varied(session: Session, { starts, rates }: TrialVariant): Promise<Session> {
  const training = { ...session.settings.training, ...(!rates && { stageRate: 1 }) };
  const settings = { ...session.settings, training };
  if (starts) return { ...session, settings };
  const random: Session['starts'] = {
    ...session.starts,
    ofTrial: (backbone) => Promise.resolve(randomStart(session, backbone)),
  };
  return { ...session, settings, starts: random };
}

function randomStart(session: Session, backbone: string): Start {
  const { prepared } = session.candidate(backbone);
  const classes = session.data.classes.length;
  const random = createRandom(session.settings.seed, 'random head');
  const deviation = 1 / Math.sqrt(prepared.width);
  const weight = Float32Array.from({ length: prepared.width * classes }, () => deviation * random.normal());
  return {
    prepared,
    constants: new Map(),
    head: new Map([
      [headNames.weight, float32([prepared.width, classes], weight)],
      [headNames.bias, float32([classes], new Float32Array(classes))],
    ]),
  };
}

function drawn({ settings, candidates }: Session, { rates }: TrialVariant, trial: number): Configuration {
  const random = createRandom(settings.seed, 'configuration', trial);
  const [{ prepared, depths }] = candidates as [Session['candidates'][number]];
  const [low, high] = rates ? RATES.now : RATES.before;
  return {
    backbone: prepared.backbone.id,
    values: {
      freezeDepth: depths[random.integer(depths.length)] as number,
      learningRate: low * (high / low) ** random.uniform(),
      layerDecay: [0.7, 0.85, 1][random.integer(3)] as number,
      weightDecay: 0.01,
      augmentation: 'none',
    },
  };
}

async function runOne(session: Session, number: number, configuration: Configuration): Promise<TrialRecord> {
  const { epochs } = session.settings.budget;
  const trial = { role: 'searched' as const, number, configuration, epochs: [] };
  const outcome = await trainTrial(session, trial, { epochs, decide: () => null });
  return { ...trial, epochs: outcome.epochs, status: outcome.status, reason: outcome.reason } as TrialRecord;
}

export async function freshAccuracy(session: Session, trial: TrialRecord, fresh: Fresh): Promise<number> {
  const candidate = session.candidate(trial.configuration.backbone);
  const folder = join(session.folder, `fresh-${trial.number}`);
  await mkdir(folder, { recursive: true });
  const model = await modelOfTrial(
    { folder: session.folder, settings: session.settings, classes: session.data.classes },
    candidate,
    trial,
  );
  await writeModel(join(folder, 'model.onnx'), model);
  for (const [name, path] of Object.entries(candidate.prepared.loaded.assets ?? {})) {
    await copyFile(path, join(folder, name));
  }
  const accuracy = await accuracyOn(folder, fresh);
  await rm(folder, { recursive: true });
  return accuracy;
}
