import {
  compare,
  judgeOverfitting,
  metrics,
  type DifferenceInterval,
  type OverfittingVerdict,
  type Predictions,
  type SimplerModel,
} from '@espalier/metrics';
import { ancestorsOf, methodOf, methods } from '@espalier/search';
import { MOST_WEIGHTS, ranked, type ProbeRecord, type TrialRecord } from '@espalier/study';
import { methodFor } from '../methods/index.js';
import type { FittedModel } from '../methods/method.js';
import { fittedParts } from '../methods/probe/fitted.js';
import { groupsOf } from '../probes/judging.js';
import type { Probed } from '../probes/probing.js';
import { labelsOf } from '../study/examples.js';
import { TimeUp, type Session } from '../study/session.js';
import { trialsOf, type Choice } from './choice.js';
import type { Judged } from './decide.js';
import type { BestModel } from './finish.js';

/** A stronger penalty than the chosen one. */
const STRONGER = 16;

/** What a study found, as far as it tells overfitting. */
export interface Found {
  readonly probed: readonly Probed[];
  readonly trials: readonly TrialRecord[];
  /** The answer, by fits that had not learnt from the labelled examples. */
  readonly judged: Judged;
}

/** How much better than the trivial answer the answer is, on all examples that it had not learnt from. */
export interface BesideTrivial {
  readonly versusTrivial: DifferenceInterval;
  /** "always answering with the most frequent class" */
  readonly trivial: string;
}

/** Compares the answer with what has seen the labels alone. */
export function besideTrivial(session: Session, best: BestModel, judged: Judged): BesideTrivial {
  const { data, judging, kind, labels, objective } = session;
  const held = heldOut(session, best, judged);
  const trivial = kind.trivial(labelsOf(data.splits.train), held.labels, labels);
  const groups = [...judging.groups, ...groupsOf(data.splits.test)];
  const versusTrivial = compare(metrics.get(objective.name), held, trivial.predictions, groups);
  return { versusTrivial, trivial: trivial.words };
}

/** Judges whether the answer learned its training examples rather than the task. */
export async function judgeFit(
  session: Session,
  best: BestModel,
  found: Found,
  beside: BesideTrivial,
): Promise<OverfittingVerdict> {
  const { objective } = session;
  const metric = metrics.get(objective.name);
  const { train, validation } = best.evaluations;
  const right = train.classification?.accuracy ?? train.metrics['accuracy'];
  const { trial } = best;
  const fittedAtOnce = trial === null || methods.get(methodOf(trial.configuration)).epochs !== null;
  return judgeOverfitting({
    metric,
    train: train.value,
    held: validation.value,
    trainRight: right ?? (metric.unit === 'share' ? train.value : null),
    ...beside,
    simpler: await simplerModels(session, best, found),
    examples: best.test.labels.length,
    curve: fittedAtOnce ? [] : trial.epochs,
  });
}

/** The answers about all examples that the model had not learnt from: those that judged, and the test split. */
function heldOut({ judging }: Session, { test }: BestModel, { probabilities }: Judged): Predictions {
  const { labels, classes } = judging.labels;
  const all = new Float32Array((judging.rows.length + test.labels.length) * classes);
  judging.rows.forEach((row, i) => {
    all.set(probabilities.subarray(row * classes, (row + 1) * classes), i * classes);
  });
  all.set(test.probabilities as Float32Array, judging.rows.length * classes);
  return {
    probabilities: all,
    labels: [...judging.rows.map((row) => labels[row] as number), ...test.labels],
  };
}

interface Simpler {
  readonly title: string;
  readonly fit: (session: Session) => Promise<FittedModel>;
}

/** Compares what is simpler than the answer with it, on the test split; what there is no time for is left out. */
async function simplerModels(session: Session, best: BestModel, found: Found): Promise<SimplerModel[]> {
  const { data, objective } = session;
  const { test } = data.splits;
  const compared: SimplerModel[] = [];
  for (const { title, fit } of simplerThan(found)) {
    if (session.left() < 0) break;
    const limited = session.until(session.elapsed() + session.left());
    try {
      const model = await fit(limited);
      const predictions = { probabilities: await model.predict(test), labels: best.test.labels };
      const ahead = compare(metrics.get(objective.name), predictions, best.test, groupsOf(test));
      compared.push({ title, ahead });
    } catch (error) {
      if (!(error instanceof TimeUp)) throw error;
    }
  }
  return compared;
}

/** At most two models that are simpler than the answer: of more, one would be ahead by chance. */
function simplerThan({ judged: { choice }, probed, trials }: Found): Simpler[] {
  const records = probed.map(({ record }) => record);
  if (choice.kind === 'trial' || choice.kind === 'soup') {
    const [trial] = trialsOf(choice);
    return [...(trial === undefined ? [] : moreFrozen(trial, trials)), ...firstProbe(choice, records)];
  }
  return [...strongerPenalty(choice), ...firstProbe(choice, records)];
}

function strongerPenalty(choice: Choice): Simpler[] {
  if (choice.kind !== 'probe') return [];
  const { parts, penalty } = choice.record;
  const chosen = { penalty: STRONGER * penalty };
  return [
    {
      title: `the same with a penalty ${STRONGER} times as strong`,
      fit: async (session) => fittedParts(session, await session.probing(), parts, chosen),
    },
  ];
}

/** The first probe reads the last features of its network, as a new head would. */
function firstProbe(choice: Choice, records: readonly ProbeRecord[]): Simpler[] {
  const backbones = new Set(backbonesOf(choice));
  const first = records.find(({ role, backbone }) => role === 'probe' && backbones.has(backbone));
  if (first === undefined || (choice.kind === 'probe' && choice.record.number === first.number)) return [];
  const { parts, penalty } = first;
  return [
    {
      title: `the probe of ${first.backbone ?? ''}, ${first.title}`,
      fit: async (session) => fittedParts(session, await session.probing(), parts, { penalty }),
    },
  ];
}

function backbonesOf(choice: Choice): readonly (string | null)[] {
  switch (choice.kind) {
    case 'probe':
      return [choice.record.backbone];
    case 'trial':
    case 'soup':
      return trialsOf(choice).map(({ configuration }) => configuration.backbone);
    case 'average':
      return choice.members.flatMap((member) => backbonesOf(member.choice));
  }
}

/** The best trial of the same network that leaves more of its stages as they are. */
function moreFrozen(answer: TrialRecord, trials: readonly TrialRecord[]): Simpler[] {
  const frozen = ({ configuration }: TrialRecord): number => methodFor(configuration).frozen(configuration);
  const trial = ranked(trials)
    .slice(0, MOST_WEIGHTS)
    .find(
      (one) => one.configuration.backbone === answer.configuration.backbone && frozen(one) > frozen(answer),
    );
  if (trial === undefined) return [];
  return [
    {
      title: `trial ${trial.number}, with ${frozen(trial)} stages frozen,`,
      fit: (session) =>
        methodFor(trial.configuration).fit(
          session,
          { trial, ancestors: ancestorsOf(trials, trial) },
          'labelled',
        ),
    },
  ];
}
