import type { ScannedExample } from '@espalier/data';
import type { Predictions } from '@espalier/metrics';
import { softmaxRows, type FoldPlan } from '@espalier/probes';
import type { Configuration, EpochRecord } from '@espalier/study';
import { measured } from '@espalier/tasks';
import type { Checkpoint } from '../../training/checkpoint.js';
import { labelsOf } from '../../study/examples.js';
import { keepEpochs } from '../../training/persisted.js';
import type { OpenProbing } from '../../probes/open.js';
import type { FittedProbe } from '../../probes/probing.js';
import type { Session } from '../../study/session.js';
import type { TrialOutcome } from '../../training/trial.js';
import type { MethodRun } from '../method.js';
import { readingOf } from './reading.js';
import { weightsOf } from './weights.js';

/** Fits a probe to the training split; a trial of it has one epoch. */
export const train = (
  session: Session,
  { name, configuration, ...hooks }: MethodRun,
): Promise<TrialOutcome> =>
  keepEpochs(session, hooks, {
    name,
    goesOn: ({ epochs }) => epochs.length > 0,
    learn: async ({ persist }, from) => {
      const { epochs, best } = from ?? (await fitTraining(session, configuration));
      if (from === null)
        await persist({ epochs, best, state: { step: 0, tensors: new Map() }, mean: null, behind: false });
      return { status: 'complete', reason: 'fitted', epochs, best };
    },
  });

async function fitTraining(
  session: Session,
  configuration: Configuration,
): Promise<Pick<Checkpoint, 'epochs' | 'best'>> {
  const started = performance.now();
  const { data, judging } = session;
  const { probing, parts, classifier } = await readingOf(session, configuration);
  const weights = Float64Array.from(judging.labels.labels, (_, row) =>
    row < data.splits.train.length ? (judging.labels.weights?.[row] ?? 1) : 0,
  );
  const plan = trainingPlan(session);
  // The validation split chooses the penalty where there are no folds, and counts for nothing else.
  const learnt = judging.basis === 'folds' ? { weights } : {};
  const { penalty, temperature } = await probing.validate(parts, { classifier, plan, ...learnt });
  const fitted = await probing.fit(parts, { penalty, temperature, classifier }, weights);
  const { kind, objective } = session;
  const predictions = (examples: readonly ScannedExample[]): Promise<Predictions> =>
    predictionsOf(session, probing, fitted, examples);
  const epoch: EpochRecord = {
    epoch: 1,
    trainLoss: kind.meanLoss(await predictions(data.splits.train)),
    ...measured(kind, objective, await predictions(data.splits.validation)),
    learningRate: 0,
    seconds: (performance.now() - started) / 1000,
  };
  return { epochs: [epoch], best: weightsOf(fitted, { penalty, temperature }) };
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
