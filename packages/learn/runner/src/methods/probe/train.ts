import type { ScannedExample } from '@espalier/data';
import type { Predictions } from '@espalier/metrics';
import type { FoldPlan } from '@espalier/probes';
import type { EpochRecord } from '@espalier/study';
import { weightsPath } from '@espalier/study/folder';
import { writeWeights } from '../../checkpoint.js';
import { labelsOf } from '../../examples.js';
import { score, softmaxRows } from '../../predictions.js';
import type { OpenProbing } from '../../probes/open.js';
import type { FittedProbe } from '../../probes/probing.js';
import type { Session } from '../../session.js';
import type { TrialOutcome } from '../../trial.js';
import type { MethodRun } from '../method.js';
import { readingOf } from './reading.js';
import { weightsOf } from './weights.js';

/** Fits a probe to the training split; a trial of it has one epoch. */
export async function train(session: Session, run: MethodRun): Promise<TrialOutcome> {
  const started = performance.now();
  const { data, judging, folder } = session;
  const { probing, parts, classifier } = await readingOf(session, run.configuration);
  const weights = Float64Array.from(judging.labels.labels, (_, row) =>
    row < data.splits.train.length ? (judging.labels.weights?.[row] ?? 1) : 0,
  );
  const plan = trainingPlan(session);
  // The validation split chooses the penalty where there are no folds, and counts for nothing else.
  const learnt = judging.basis === 'folds' ? { weights } : {};
  const { penalty, temperature } = await probing.validate(parts, { classifier, plan, ...learnt });
  const fitted = await probing.fit(parts, { penalty, temperature, classifier }, weights);
  const best = weightsOf(fitted, { penalty, temperature });
  await writeWeights(weightsPath(folder, run.name), best);
  const measure = async (examples: readonly ScannedExample[]): Promise<ReturnType<typeof score>> =>
    score(await predictionsOf(session, probing, fitted, examples));
  const [onTrain, onValidation] = [await measure(data.splits.train), await measure(data.splits.validation)];
  const record: EpochRecord = {
    epoch: 1,
    trainLoss: onTrain.loss,
    validationLoss: onValidation.loss,
    metrics: { accuracy: onValidation.accuracy },
    learningRate: 0,
    seconds: (performance.now() - started) / 1000,
  };
  const [known] = run.known;
  if (known === undefined) await run.record(record);
  return { status: 'complete', reason: 'fitted', epochs: [known ?? record], best };
}

/** The study's folds, of which only the training split is learnt from and judged. */
function trainingPlan({ data, judging }: Session): FoldPlan {
  const { plan, basis } = judging;
  if (basis === 'validation') return plan;
  const { length } = data.splits.train;
  return {
    folds: plan.folds,
    assignments: plan.assignments.map((folds) => folds.map((fold, row) => (row < length ? fold : -1))),
  };
}

/** Class probabilities, [examples, classes]. */
export async function probabilitiesOf(
  { data }: Session,
  probing: OpenProbing,
  fitted: FittedProbe,
  examples: readonly ScannedExample[],
): Promise<Float32Array> {
  return softmaxRows((await probing.scores(fitted, examples)).data, data.classes.length);
}

async function predictionsOf(
  session: Session,
  probing: OpenProbing,
  fitted: FittedProbe,
  examples: readonly ScannedExample[],
): Promise<Predictions> {
  return {
    probabilities: await probabilitiesOf(session, probing, fitted, examples),
    labels: labelsOf(examples),
  };
}
