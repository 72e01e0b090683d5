import { bootstrapAccuracy, bootstrapDifference } from '@espalier/metrics';
import {
  chooseContender,
  estimateChosen,
  greedyAverage,
  lossesOf,
  pairedDifference,
  type Estimate,
  type JudgedContender,
} from '@espalier/probes';
import { EngineError } from '@espalier/engine';
import { correctOf, type Probed } from '../probes/probing.js';
import { ranked, type TrialRecord } from '../records.js';
import type { Session } from '../session.js';
import { backboneOf, nameOf, titleOf, type Choice, type Single } from './choice.js';
import { epochsOf, foldTrial, predictWith, RetrainingFailed } from './foldTrial.js';
import type { LeaderboardEntry, PlainComparison } from './leaderboard.js';
import { trialWeights } from './weights.js';

/** Trials that are trained on the folds: those that did best on validation. */
const FINALISTS = 2;
/** Different members of an average. */
const MOST_MEMBERS = 3;

/** A choice with its predictions on the labelled examples, none of which it had learnt from. */
export interface Judged {
  readonly choice: Choice;
  /** [labelled, classes] */
  readonly probabilities: Float32Array;
}

/** What a study answers, and what it was compared with. */
export interface Decision extends Judged {
  /** What the chosen one is expected to reach on fresh examples, the choosing among many allowed for. */
  readonly estimate: Estimate;
  /** By their loss, the least first. */
  readonly leaderboard: readonly LeaderboardEntry[];
  /** Null where there is no baseline, or no network beside it. */
  readonly plain: PlainComparison | null;
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
  const singles = [...probes, ...tuned];
  const all = [...singles, ...(await averages(session, singles))];
  const contenders = all.map((judged) => contenderOf(session, judged));
  const chosen = all[chooseContender(contenders)] as Judged;
  return {
    ...chosen,
    estimate: estimateChosen(contenders, session.settings.seed),
    leaderboard: all.map((judged) => entryOf(session, judged)).sort((a, b) => a.logLoss - b.logLoss),
    plain: comparePlain(session, all),
    notes,
  };
}

/** Probes cost next to nothing; a trial has to be clearly better to be worth its training and its risk. */
const costs = { probe: 0, average: 1, trial: 2 } as const;

const costOf = (choice: Choice): number =>
  choice.kind === 'average' && choice.members.some((member) => member.choice.kind === 'trial')
    ? costs.trial
    : costs[choice.kind];

function contenderOf({ judging }: Session, { choice, probabilities }: Judged): JudgedContender {
  const { labels, classes } = judging.labels;
  return {
    losses: lossesOf(probabilities, labels, judging.rows, classes),
    correct: correctOf(probabilities, labels, judging.rows, classes),
    cost: costOf(choice),
  };
}

export function entryOf(session: Session, judged: Judged): LeaderboardEntry {
  const { judging, settings } = session;
  const { losses, correct } = contenderOf(session, judged);
  const { accuracy, low, high } = bootstrapAccuracy(correct, { seed: settings.seed });
  const { choice } = judged;
  return {
    name: nameOf(choice),
    kind: choice.kind === 'probe' ? choice.record.role : choice.kind,
    title: titleOf(choice),
    ...(choice.kind === 'average' && {
      members: choice.members.map((member) => ({ name: nameOf(member.choice), share: member.share })),
    }),
    ...{ accuracy, low, high },
    logLoss: losses.reduce((a, b) => a + b, 0) / losses.length,
    examples: judging.rows.length,
    basis: judging.basis,
  };
}

/** Compares the best that needs no network with the best that uses one. */
function comparePlain(session: Session, all: readonly Judged[]): PlainComparison | null {
  const measured = all
    .map((judged) => ({ judged, entry: entryOf(session, judged) }))
    .sort((a, b) => a.entry.logLoss - b.entry.logLoss);
  const plain = measured.find(({ judged }) => backboneOf(judged.choice) === null);
  const network = measured.find(({ judged }) => backboneOf(judged.choice) !== null);
  if (plain === undefined || network === undefined) return null;
  const { seed } = session.settings;
  const correct = ({ judged }: typeof plain): readonly boolean[] => contenderOf(session, judged).correct;
  const { difference, low, high } = bootstrapDifference(correct(network), correct(plain), { seed });
  const { name, title, accuracy } = plain.entry;
  return { name, title, accuracy, difference, low, high, asGood: low <= 0 };
}

/** The best trials, judged as the probes are; those that validation tells to be worse are not. */
async function judgeTrials(
  session: Session,
  probes: readonly Judged[],
  trials: readonly TrialRecord[],
  notes: string[],
): Promise<Judged[]> {
  const judged: Judged[] = [];
  for (const trial of ranked(trials).slice(0, FINALISTS)) {
    const own = await onValidation(session, trial);
    if (!isPromising(session, own, probes)) continue;
    if (session.judging.basis === 'validation') {
      judged.push({ choice: singleOf(trial), probabilities: own });
      continue;
    }
    if (isLate(session)) {
      notes.push(`The time was up before trial ${trial.number} could be compared on folds; it is left out.`);
      continue;
    }
    try {
      judged.push({ choice: singleOf(trial), probabilities: await foldTrial(session, trial) });
    } catch (error) {
      if (!(error instanceof RetrainingFailed || error instanceof EngineError)) throw error;
      notes.push(`Trial ${trial.number} failed when it was trained on folds (${error.message}).`);
    }
  }
  return judged;
}

const singleOf = (trial: TrialRecord): Single => ({ kind: 'trial', trial, epochs: epochsOf(trial) });

/** Part of the wall time after which no trial is trained on folds any more. */
const SHARE_OF_TIME = 0.75;

const isLate = ({ settings: { budget }, elapsed }: Session): boolean =>
  budget.seconds !== null && elapsed() > SHARE_OF_TIME * budget.seconds;

/** A trial's predictions on the validation split; 0 elsewhere. */
async function onValidation(session: Session, trial: TrialRecord): Promise<Float32Array> {
  const { judging, data } = session;
  const weights = await trialWeights(session, trial.number);
  const found = await predictWith(session, trial, weights, data.splits.validation);
  const classes = data.classes.length;
  const result = new Float32Array(judging.labelled.length * classes);
  judging.validation.forEach((row, i) => {
    result.set(found.subarray(i * classes, (i + 1) * classes), row * classes);
  });
  return result;
}

/** Whether a trial may be better than the best probe, by the validation split. */
function isPromising({ judging }: Session, own: Float32Array, probes: readonly Judged[]): boolean {
  const { labels, classes } = judging.labels;
  const losses = (probabilities: Float32Array): Float64Array =>
    lossesOf(probabilities, labels, judging.validation, classes);
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
