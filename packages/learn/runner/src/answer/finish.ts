import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openEncoder, type SplitName } from '@espalier/data';
import {
  compare,
  judgeTransfer,
  measure,
  metrics,
  type Groups,
  type OverfittingVerdict,
  type Predictions,
  type TransferVerdict,
} from '@espalier/metrics';
import { writeModel, type Model } from '@espalier/onnx';
import { overIn } from '@espalier/search';
import type { ScannedExample } from '@espalier/data';
import type { Estimate } from '@espalier/probes';
import { evaluated } from '@espalier/tasks';
import { copyAssets } from './assets.js';
import { backboneOf, nameOf, singlesOf, titleOf, trialsOf, type Choice, type Single } from './choice.js';
import type { Decision } from './decide.js';
import { fitEverything, fitLabelled, type FittedInTime } from './inTime.js';
import { besideTrivial, judgeFit, type BesideTrivial, type Found } from './overfitting.js';
import type { LeaderboardEntry, PlainComparison } from './leaderboard.js';
import { trialWeights } from './weights.js';
import { writeAnswers } from '../growth/files.js';
import { removeFile } from '../training/checkpoint.js';
import { StudyError } from '../errors.js';
import { labelsOf } from '../study/examples.js';
import { cardOf, taskOfCard, type EmbeddedCard } from './export.js';
import { exactCosts } from '../costs/measure.js';
import { methodFor } from '../methods/index.js';
import type { FittedModel, Scope } from '../methods/method.js';
import { assetsIn, openPredictor, predictEach } from '../predicting/predictor.js';
import { groupsOf, judgedPredictions } from '../probes/judging.js';
import type { TaskEvaluation, TrialRecord } from '@espalier/study';
import type { BaselineOutcome } from '../training/baseline.js';
import type { Candidate } from '../study/candidates.js';
import type { Session } from '../study/session.js';

/** The answer of a study, measured. */
export interface BestModel {
  /** What the leaderboard calls it. */
  readonly name: string;
  readonly title: string;
  readonly kind: LeaderboardEntry['kind'];
  /** The trial that is the answer or the largest part of it; null where none is. */
  readonly trial: TrialRecord | null;
  /** The network it reads; null where it needs none. */
  readonly backbone: string | null;
  readonly leaderboard: readonly LeaderboardEntry[];
  readonly plain: PlainComparison | null;
  /** What fresh examples will be answered with, as the comparison has it. */
  readonly estimate: Estimate;
  /**
   * By the answer fitted on training and validation examples. `validation` is of those examples that it
   * was chosen by, each predicted by a fit that had not learnt from it.
   */
  readonly evaluations: Readonly<Record<SplitName, TaskEvaluation>>;
  readonly test: Predictions;
  /** Whether the written model has learnt from the test split as well. */
  readonly everything: boolean;
  /** What the model that was measured has learnt from. */
  readonly measured: Scope;
  /** Of how many examples the written model has learnt. */
  readonly learntFrom: number;
  /** What there was no time for, a sentence each. */
  readonly notes: readonly string[];
  readonly card: EmbeddedCard;
  /** What the written model reads: a free axis has a name. */
  readonly inputs: readonly ModelInput[];
  /** Names of the files beside the model that its preprocessing reads. */
  readonly assets: readonly string[];
  readonly modelPath: string;
}

export interface ModelInput {
  readonly name: string;
  readonly dtype: 'float32' | 'int64';
  readonly shape: readonly (number | string)[];
}

export interface Verdicts {
  /** The best answer of a model that has seen the labels alone. */
  readonly trivial: { readonly title: string; readonly value: number };
  readonly baseline: BaselineOutcome;
  /** Null where there is no baseline from random weights. */
  readonly transfer: TransferVerdict | null;
  readonly beside: BesideTrivial;
  readonly overfitting: OverfittingVerdict;
}

/** The whole network of a trial as it was trained in the search, ready to be written. */
export async function modelOfTrial(
  session: Pick<Session, 'folder' | 'settings'> & { readonly classes: readonly string[] },
  candidate: Pick<Candidate, 'prepared'>,
  trial: TrialRecord,
): Promise<Model> {
  const { prepared } = candidate;
  const { assemble, frozen } = methodFor(trial.configuration);
  return assemble(prepared, await trialWeights(session, trial.number), {
    version: 1,
    labels: [...session.classes],
    preprocessing: prepared.loaded.preprocessing,
    backbone: prepared.backbone.id,
    licence: prepared.backbone.licence,
    freezeDepth: frozen(trial.configuration),
    seed: session.settings.seed,
    ...taskOfCard(session.settings),
  });
}

/**
 * Whether the written model learns from the test split: where folds tell what it is worth, every label
 * counts, unless the dataset itself sets a test split apart.
 */
function learnsEverything({ settings, data, judging }: Session): boolean {
  if (settings.useEverything !== undefined) return settings.useEverything;
  const own = data.splits.test.some(({ split }) => split === 'test');
  return !own && judging.basis === 'folds';
}

/** Fits the answer again, evaluates it, writes its model and checks that the file says the same. */
export async function finishAnswer(session: Session, decision: Decision): Promise<BestModel> {
  const { emit } = session;
  const { choice, leaderboard, plain, estimate } = decision;
  const progress = (done: number): void => emit({ kind: 'progress', phase: 'finishing', done, total: 3 });
  progress(0);
  const measured = await fitLabelled(session, choice);
  const { evaluations, test } = await evaluateAnswer(session, decision, measured.model);
  await writeAnswers(session.folder, test.probabilities as Float32Array);
  progress(1);
  const last = learnsEverything(session) ? await fitEverything(session, choice, measured) : measured;
  const written = await withinLimits(session, measured, last);
  progress(2);
  const model = written.model.model();
  const modelPath = join(session.folder, 'model.onnx');
  await writeModel(modelPath, model);
  const backbone = backboneOf(choice);
  const prepared = backbone === null ? null : session.candidate(backbone).prepared;
  if (prepared !== null) await copyAssets(session.folder, prepared);
  await checkWritten(session, choice, written.model);
  await removeFolds(session.folder);
  const card = cardOf(model, modelPath);
  progress(3);
  return {
    name: nameOf(choice),
    title: titleOf(choice),
    kind: choice.kind === 'probe' ? choice.record.role : choice.kind,
    trial: trialOf(choice),
    backbone,
    leaderboard,
    plain,
    estimate,
    evaluations,
    test,
    everything: written.scope === 'everything',
    measured: measured.scope,
    learntFrom: learntFrom(session, written.scope),
    notes: written === measured ? measured.notes : [...measured.notes, ...written.notes],
    card,
    inputs: await inputsOf(model, card, session.folder),
    assets: Object.keys(prepared?.loaded.assets ?? {}),
    modelPath,
  };
}

/** What is written: a model that has learnt from the test split too may have become larger than is allowed. */
async function withinLimits(
  { settings: { limits = {} } }: Session,
  measured: FittedInTime,
  last: FittedInTime,
): Promise<FittedInTime> {
  if (last === measured || overIn(limits, await exactCosts(last.model.model())).length === 0) return last;
  const note = 'The model did not learn from the test split too: it would have cost more than is allowed.';
  return { ...measured, notes: [note] };
}

function learntFrom({ judging, data: { splits } }: Session, scope: Scope): number {
  if (scope === 'searched') return splits.train.length;
  return judging.labelled.length + (scope === 'everything' ? splits.test.length : 0);
}

/** What was trained on folds has told what it had to; what was not trained to its end in time never will. */
async function removeFolds(folder: string): Promise<void> {
  await removeEach(join(folder, 'weights'), /-(seed|fold)-\d+\.bin$/);
  await removeEach(join(folder, 'checkpoints'), /-((seed|fold)-\d+|labelled|everything)\.bin$/);
}

async function removeEach(place: string, names: RegExp): Promise<void> {
  const all = await readdir(place).catch(() => []);
  for (const name of all) if (names.test(name)) await removeFile(join(place, name));
}

/** How the inputs of a written model are shaped, by the preprocessing that goes with it. */
async function inputsOf(model: Model, card: EmbeddedCard, folder: string): Promise<ModelInput[]> {
  const { inputs: taken } = model.graph;
  const encoder = await openEncoder(card.preprocessing, taken[0]?.name ?? '', assetsIn(folder));
  const { buckets } = encoder;
  const shapeOf = (name: string): (number | string)[] =>
    buckets.length > 1 ? ['length'] : (buckets[0]?.[name] ?? []).map((dim) => dim ?? 'length');
  return encoder.inputs
    .filter(({ name }) => taken.some((input) => input.name === name))
    .map(({ name, dtype }) => ({ name, dtype, shape: ['batch', ...shapeOf(name)] }));
}

const trialOf = (choice: Choice): TrialRecord | null => trialsOf(choice)[0] ?? null;

async function evaluateAnswer(
  session: Session,
  { probabilities }: Decision,
  measured: FittedModel,
): Promise<Pick<BestModel, 'evaluations' | 'test'>> {
  const { data, judging, kind, objective } = session;
  const on = async (examples: readonly ScannedExample[]): Promise<Predictions> => ({
    probabilities: await measured.predict(examples),
    labels: labelsOf(examples),
  });
  const evaluate = (predictions: Predictions, groups: Groups): TaskEvaluation =>
    evaluated(kind, objective, predictions, groups);
  const test = await on(data.splits.test);
  return {
    test,
    evaluations: {
      train: evaluate(await on(data.splits.train), groupsOf(data.splits.train)),
      validation: evaluate(judgedPredictions(judging, probabilities), judging.groups),
      test: evaluate(test, groupsOf(data.splits.test)),
    },
  };
}

const CHECKED_EXAMPLES = 8;
/**
 * A probe that is hardly penalised weighs features of low depths heavily, and their rounding with them: a
 * difference of 4e-4 at most has been seen. A wrong weight makes far more.
 */
const PROBE_TOLERANCE = 1e-3;

const toleranceOf = (single: Single): number =>
  single.kind === 'probe'
    ? PROBE_TOLERANCE
    : Math.max(...trialsOf(single).map(({ configuration }) => methodFor(configuration).tolerance));

/** Predicts a few test examples with the written file: it has to say what the fitted parts said. */
async function checkWritten(session: Session, choice: Choice, fitted: FittedModel): Promise<void> {
  const { data, folder } = session;
  const examples = data.splits.test.slice(0, CHECKED_EXAMPLES);
  const wanted = await fitted.predict(examples);
  const predictor = await openPredictor(folder);
  try {
    const outcomes = await predictEach(
      predictor,
      examples.map(({ id, content }) => ({ id, content })),
    );
    const worst = outcomes.reduce((most, outcome, i) => {
      const scores = outcome.kind === 'predicted' ? outcome.labels : [];
      const gaps = data.classes.map((label, c) => {
        const found = scores.find((score) => score.label === label)?.probability ?? NaN;
        return Math.abs(found - (wanted[i * data.classes.length + c] as number));
      });
      return Math.max(most, ...gaps);
    }, 0);
    const tolerance = Math.max(...singlesOf(choice).map(toleranceOf));
    if (worst <= tolerance) return;
    throw new StudyError(
      `the written model differs from the fitted one by ${worst} in a probability; this is a defect, please report it`,
    );
  } finally {
    await predictor.dispose();
  }
}

/** The guards: against negative transfer and overfitting. */
export async function judge(
  session: Session,
  best: BestModel,
  baseline: BaselineOutcome,
  found: Found,
): Promise<Verdicts> {
  const { data, kind, labels, objective } = session;
  const metric = metrics.get(objective.name);
  const groups = groupsOf(data.splits.test);
  const trivial = kind.trivial(labelsOf(data.splits.train), labelsOf(data.splits.test), labels);
  const beside = besideTrivial(session, best, found.judged);
  const transfer =
    baseline.kind === 'none' || best.backbone === null
      ? null
      : judgeTransfer({
          versusBaseline: compare(metric, best.test, baseline.result.test, groups),
          versusTrivial: compare(metric, best.test, trivial.predictions, groups),
          trivial: trivial.words,
          examples: best.test.labels.length,
          unit: objective.unit,
        });
  return {
    trivial: { title: trivial.title, value: measure(metric, trivial.predictions, groups).value },
    baseline,
    transfer,
    beside,
    overfitting: await judgeFit(session, best, found, beside),
  };
}
