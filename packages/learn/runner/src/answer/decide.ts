import { compare, measure, metrics, selectPredictions, type Predictions } from '@espalier/metrics';
import {
  chooseContender,
  estimateChosen,
  greedyAverage,
  pairedDifference,
  type Estimate,
  type JudgedContender,
} from '@espalier/probes';
import { EngineError } from '@espalier/engine';
import type { Probed } from '../probes/probing.js';
import { ancestorsOf, methodOf, methods } from '@espalier/search';
import { bestEpoch, kept, MOST_WEIGHTS, ranked, type TrialRecord } from '@espalier/study';
import { outcomeOf } from '@espalier/tasks';
import { judgedPredictions, type Judging } from '../probes/judging.js';
import { TimeUp, type Session } from '../study/session.js';
import { backboneOf, nameOf, titleOf, trialsOf, type Choice, type Single } from './choice.js';
import { greedySoup, soupOf, soupsAmong } from './soup.js';
import { labelsOf } from '../study/examples.js';
import { methodFor } from '../methods/index.js';
import { RetrainingFailed } from '../methods/method.js';
import type { LeaderboardEntry, PlainComparison } from './leaderboard.js';

/** Trials of a method that are trained on the folds: those that did best on validation. */
const FINALISTS = 2;

/** The trials that may be the answer, best first: of each method some, of those whose weights are kept. */
const finalists = (trials: readonly TrialRecord[]): TrialRecord[] =>
  ranked(trials)
    .slice(0, MOST_WEIGHTS)
    .filter((trial, place, kept) => {
      const method = methodOf(trial.configuration);
      const better = kept.slice(0, place).filter(({ configuration }) => methodOf(configuration) === method);
      return better.length < FINALISTS;
    });
/** Different members of an average. */
const MOST_MEMBERS = 3;

/** A choice with its predictions on the labelled examples, none of which it had learnt from. */
export interface Judged {
  readonly choice: Choice;
  /** [labelled, classes] */
  readonly probabilities: Float32Array;
}

/** How much better the best trial that trains stages is than the best probe of a network. */
export interface TunedComparison {
  readonly name: string;
  readonly difference: number;
  /** Bounds of its 95 % interval. */
  readonly low: number;
  readonly high: number;
  /** Stages that it leaves as they are, of how many. */
  readonly frozen: number;
  readonly stages: number;
}

/** What a study answers, and what it was compared with. */
export interface Decision extends Judged {
  /** What the chosen one is expected to reach on fresh examples, the choosing among many allowed for. */
  readonly estimate: Estimate;
  /** By their loss, the least first. */
  readonly leaderboard: readonly LeaderboardEntry[];
  /** Null where there is no baseline, or no network beside it. */
  readonly plain: PlainComparison | null;
  /** Null where no trial that trains stages was compared with the probes. */
  readonly tuned: TunedComparison | null;
  readonly notes: readonly string[];
}

/**
 * Chooses a study's answer among probes, the best trials and their averages, all by the same examples: the
 * cheapest within one standard error of the best.
 */
export async function decide(
  session: Session,
  probed: readonly Probed[],
  trials: readonly TrialRecord[],
): Promise<Decision> {
  const probes = probed.map(({ record, probabilities }): Judged => ({
    choice: { kind: 'probe', record },
    probabilities,
  }));
  const notes: string[] = [];
  const tuned = await judgeTrials(session, probes, trials, notes);
  const singles = [...probes, ...tuned, ...(await judgeSoups(session, trials, tuned))];
  const all = [...singles, ...(await averages(session, singles))];
  const lines = all.map((judged) => measureLine(session, judged));
  const contenders = lines.map(({ contender }) => contender);
  const chosen = all[chooseContender(contenders)] as Judged;
  const ordered = lines.toSorted((a, b) => a.entry.loss - b.entry.loss);
  return {
    ...chosen,
    estimate: estimateChosen(contenders, session.settings.seed, session.objective.direction),
    leaderboard: ordered.map(({ entry }) => entry),
    plain: comparePlain(ordered, session.judging),
    tuned: compareTuned(ordered, session),
    notes,
  };
}

/** Probes cost next to nothing; a trial has to be clearly better to be worth its training and its risk. */
const costs = { probe: 0, average: 1 } as const;

const costOf = (choice: Choice): number => {
  switch (choice.kind) {
    case 'probe':
      return costs.probe;
    case 'trial':
    case 'soup':
      return Math.max(...trialsOf(choice).map(({ configuration }) => methodFor(configuration).cost));
    case 'average':
      return Math.max(costs.average, ...choice.members.map((member) => costOf(member.choice)));
  }
};

/** Losses by how much their examples count, on average once, where classes are to count alike. */
function weighted(
  { labels: { weights } }: Judging,
  rows: readonly number[],
  losses: Float64Array,
): Float64Array {
  if (weights === undefined) return losses;
  const total = rows.reduce((sum, row) => sum + (weights[row] ?? 1), 0);
  return losses.map((loss, i) => (loss * (weights[rows[i] as number] ?? 1) * rows.length) / total);
}

/** A line of the leaderboard with what it was measured by. */
interface Measured {
  readonly choice: Choice;
  readonly entry: LeaderboardEntry;
  readonly contender: JudgedContender;
  readonly predictions: Predictions;
  /** The network it reads; null where it needs none. */
  readonly backbone: string | null;
}

function measureLine({ judging, kind, objective }: Session, { choice, probabilities }: Judged): Measured {
  const predictions = judgedPredictions(judging, probabilities);
  const losses = weighted(judging, judging.rows, kind.losses(predictions));
  const measured = measure(metrics.get(objective.name), predictions, judging.groups);
  return {
    choice,
    contender: { losses, outcome: outcomeOf(objective, predictions, measured), cost: costOf(choice) },
    predictions,
    backbone: backboneOf(choice),
    entry: {
      name: nameOf(choice),
      kind: choice.kind === 'probe' ? choice.record.role : choice.kind,
      title: titleOf(choice),
      ...(choice.kind === 'average' && {
        members: choice.members.map((member) => ({ name: nameOf(member.choice), share: member.share })),
      }),
      ...measured,
      loss: losses.reduce((a, b) => a + b, 0) / losses.length,
      examples: judging.rows.length,
      basis: judging.basis,
    },
  };
}

/** Compares the best that needs no network with the best that uses one. @param lines the best first */
function comparePlain(lines: readonly Measured[], { objective, groups }: Judging): PlainComparison | null {
  const plain = lines.find(({ backbone }) => backbone === null);
  const network = lines.find(({ backbone }) => backbone !== null);
  if (plain === undefined || network === undefined) return null;
  const { difference, low, high } = compare(
    metrics.get(objective.name),
    network.predictions,
    plain.predictions,
    groups,
  );
  const { name, title, value } = plain.entry;
  return { name, title, value, difference, low, high, asGood: low <= 0 };
}

/** Compares the best trial that trains stages with the best probe of a network. @param lines the best first */
function compareTuned(lines: readonly Measured[], session: Session): TunedComparison | null {
  const { objective, groups } = session.judging;
  const probe = lines.find(({ choice, backbone }) => choice.kind === 'probe' && backbone !== null);
  for (const { choice, predictions } of lines) {
    if (choice.kind !== 'trial' || probe === undefined) continue;
    const { configuration, number } = choice.trial;
    if (methods.get(methodOf(configuration)).epochs !== null) continue;
    return {
      name: `trial-${number}`,
      ...compare(metrics.get(objective.name), predictions, probe.predictions, groups),
      frozen: methodFor(configuration).frozen(configuration),
      stages: session.candidate(configuration.backbone).prepared.stages.length,
    };
  }
  return null;
}

/** The best trials, judged as the probes are; those that validation tells to be worse are not. */
async function judgeTrials(
  session: Session,
  probes: readonly Judged[],
  trials: readonly TrialRecord[],
  notes: string[],
): Promise<Judged[]> {
  const judged: Judged[] = [];
  for (const trial of finalists(trials)) {
    const choice = { kind: 'trial', trial, ancestors: ancestorsOf(trials, trial) } as const;
    const own = await onValidation(session, trial);
    if (!isPromising(session, own, probes)) continue;
    if (session.judging.basis === 'validation') {
      judged.push({ choice, probabilities: own });
      continue;
    }
    const late = `The time was up before trial ${trial.number} could be compared on folds; it is left out.`;
    if (foldSeconds(session, trial) > session.left()) {
      notes.push(late);
      continue;
    }
    try {
      const limited = session.until(session.elapsed() + session.left());
      judged.push({
        choice,
        probabilities: await methodFor(trial.configuration).judge(limited, choice),
      });
    } catch (error) {
      if (!(error instanceof RetrainingFailed || error instanceof EngineError || error instanceof TimeUp))
        throw error;
      const why = error instanceof TimeUp ? late : failedOnFolds(trial, error);
      notes.push(why);
    }
  }
  return judged;
}

const failedOnFolds = ({ number }: TrialRecord, { message }: Error): string =>
  `Trial ${number} failed when it was trained on folds (${message}); it is left out.`;

/**
 * The soups that are better on validation than the best of their trials, judged as the trials are: where folds
 * judge, of those trials alone that were trained on the folds.
 */
async function judgeSoups(
  session: Session,
  trials: readonly TrialRecord[],
  tuned: readonly Judged[],
): Promise<Judged[]> {
  const { judging, kind } = session;
  const known = tuned.flatMap(({ choice }) => (choice.kind === 'trial' ? [choice] : []));
  const all = kept(trials).map((trial) => ({ trial, ancestors: ancestorsOf(trials, trial) }));
  const judged: Judged[] = [];
  for (const group of soupsAmong(judging.basis === 'folds' ? known : all)) {
    const { validate, judge } = soupOf(group);
    const labels = labelsOf(session.data.splits.validation);
    const soup = await greedySoup(group, async (members) =>
      weighted(
        judging,
        judging.validation,
        kind.losses({ probabilities: await validate(session, members), labels }),
      ),
    );
    if (soup === null) continue;
    const probabilities =
      judging.basis === 'folds' ? await judge(session, soup) : placed(session, await validate(session, soup));
    judged.push({ choice: { kind: 'soup', members: soup }, probabilities });
  }
  return judged;
}

/** Seconds that training a trial on each fold is expected to take, by its epochs; 0 where it was fitted in one go. */
function foldSeconds({ judging, data }: Session, { configuration, epochs }: TrialRecord): number {
  const best = bestEpoch(epochs)?.epoch ?? 0;
  if (methods.get(methodOf(configuration)).epochs !== null || epochs.length === 0) return 0;
  const mean = epochs.reduce((sum, { seconds }) => sum + seconds, 0) / epochs.length;
  const examples = judging.labelled.length * (judging.plan.folds - 1);
  return (best * mean * examples) / data.splits.train.length;
}

/** A trial's predictions on the validation split; 0 elsewhere. */
const onValidation = async (session: Session, trial: TrialRecord): Promise<Float32Array> =>
  placed(session, await methodFor(trial.configuration).validate(session, trial));

/** Predictions on the validation split at the places of its examples among all labelled; 0 elsewhere. */
function placed({ judging, data }: Session, found: Float32Array): Float32Array {
  const classes = data.classes.length;
  const result = new Float32Array(judging.labelled.length * classes);
  judging.validation.forEach((row, i) => {
    result.set(found.subarray(i * classes, (i + 1) * classes), row * classes);
  });
  return result;
}

/** Whether a trial may be better than the best probe, by the validation split. */
function isPromising({ judging, kind }: Session, own: Float32Array, probes: readonly Judged[]): boolean {
  const { labels } = judging.labels;
  const losses = (probabilities: Float32Array): Float64Array =>
    weighted(
      judging,
      judging.validation,
      kind.losses(selectPredictions({ probabilities, labels }, judging.validation)),
    );
  const mean = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length;
  const [best] = probes.map(({ probabilities }) => losses(probabilities)).sort((a, b) => mean(a) - mean(b));
  if (best === undefined) return true;
  const { difference, error } = pairedDifference(losses(own), best);
  return difference <= error;
}

/** The best average for each network, of members that one file can hold. */
async function averages(session: Session, singles: readonly Judged[]): Promise<Judged[]> {
  const { judging, candidates } = session;
  const { labels, classes } = judging.labels;
  const probing = await session.probing();
  const fits = ({ choice }: Judged, id: string): boolean => {
    const backbone = backboneOf(choice);
    if (backbone !== null) return backbone === id;
    return choice.kind === 'probe' && choice.record.parts.every(({ source }) => probing.source(source).joins);
  };
  return candidates.flatMap(({ prepared }): Judged[] => {
    const own = singles.filter((single) => fits(single, prepared.backbone.id));
    if (own.length < 2) return [];
    const { members, probabilities } = greedyAverage(
      own.map((one) => one.probabilities),
      { labels, rows: judging.rows, classes },
      MOST_MEMBERS,
    );
    if (members.length < 2) return [];
    const choice: Choice = {
      kind: 'average',
      members: members.map(({ index, share }) => ({ choice: own[index]?.choice as Single, share })),
    };
    return [{ choice, probabilities }];
  });
}
