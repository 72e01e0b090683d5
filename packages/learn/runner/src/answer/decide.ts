import { measure, metrics, selectPredictions } from '@espalier/metrics';
import {
  chooseContender,
  estimateChosen,
  greedyAverage,
  pairedDifference,
  type Estimate,
} from '@espalier/probes';
import { EngineError } from '@espalier/engine';
import type { Probed } from '../probes/probing.js';
import { ancestorsOf, methodOf, overIn, spentOn, trainingCosts } from '@espalier/search';
import { kept, type Costs, type TrialRecord } from '@espalier/study';
import { outcomeOf } from '@espalier/tasks';
import { judgedPredictions, type Judging } from '../probes/judging.js';
import { TimeUp, type Session } from '../study/session.js';
import { requireWithin } from '../costs/before.js';
import { costsOfChoice, measureCosts, type Meter } from '../costs/meter.js';
import { backboneOf, nameOf, titleOf, trialsOf, type Choice, type Single } from './choice.js';
import { comparePlain, compareTuned, type Measured, type TunedComparison } from './compared.js';
import { averageUnderSeeds, placed, seedsOf, severalRuns, soupUnderSeeds, underSeeds } from './seeds.js';
import { greedySoup, soupOf, soupsAmong } from './soup.js';
import { trainingSeconds } from './trainingTime.js';
import { labelsOf } from '../study/examples.js';
import { methodFor } from '../methods/index.js';
import { RetrainingFailed, type Members } from '../methods/method.js';
import type { LeaderboardEntry, PlainComparison } from './leaderboard.js';

/** Trials of a method that are trained on the folds: those that did best on validation. */
const FINALISTS = 2;

/** The trials that may be the answer, best first: of each method some, of those whose weights are kept. */
const finalists = (session: Session, trials: readonly TrialRecord[]): TrialRecord[] =>
  allowed(session, trials).filter((trial, place, all) => {
    const method = methodOf(trial.configuration);
    const better = all.slice(0, place).filter(({ configuration }) => methodOf(configuration) === method);
    return better.length < FINALISTS;
  });

/** Those of the trials whose weights are kept that cost no more training than is allowed. */
const allowed = ({ settings }: Session, trials: readonly TrialRecord[]): TrialRecord[] =>
  kept(trials).filter(
    (trial) => overIn(settings.limits ?? {}, trainingCosts(spentOn(trials, trial))).length === 0,
  );

/** Different members of an average. */
const MOST_MEMBERS = 3;

/** A choice with its predictions on the labelled examples, none of which it had learnt from. */
export interface Judged {
  readonly choice: Choice;
  /** [labelled, classes] */
  readonly probabilities: Float32Array;
  /** The same under each further seed that it was trained by; absent for none. */
  readonly repeats?: readonly Float32Array[];
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
 * cheapest within one standard error of the best, of those that are within the study's limits.
 *
 * @throws LimitError where nothing is
 */
export async function decide(
  session: Session,
  probed: readonly Probed[],
  trials: readonly TrialRecord[],
  meter: Meter,
): Promise<Decision> {
  const probes = probed.map(({ record, probabilities }): Judged => ({
    choice: { kind: 'probe', record },
    probabilities,
  }));
  const notes: string[] = [];
  const tuned = await judgeTrials(session, probes, trials, notes);
  const singles = [...probes, ...tuned, ...(await judgeSoups(session, trials, tuned))];
  const all = [...singles, ...(await averages(session, singles))];
  notes.push(...(await measureCosts(session, all, meter)));
  const lines = all.map((judged) =>
    measureLine(session, judged, costsOfChoice(judged.choice, trials, meter.measured())),
  );
  const possible = lines.filter(({ entry }) => entry.over.length === 0);
  requireWithin(
    session.settings.limits ?? {},
    lines.map(({ entry }) => ({ title: `${entry.name}, ${entry.title}`, costs: entry.costs })),
    'nothing that was compared',
  );
  const contenders = possible.map(({ contender }) => contender);
  const chosen = possible[chooseContender(contenders)] as Measured;
  const ordered = lines.toSorted((a, b) => a.entry.loss - b.entry.loss);
  return {
    choice: chosen.choice,
    probabilities: chosen.probabilities,
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

function measureLine(session: Session, { choice, repeats = [], ...judged }: Judged, costs: Costs): Measured {
  const { judging, kind, objective, settings } = session;
  const runs = [judged.probabilities, ...repeats];
  const lossesOf = (run: Float32Array): Float64Array =>
    weighted(judging, judging.rows, kind.losses(judgedPredictions(judging, run)));
  const { losses, low, high, typical } = severalRuns(runs.map(lossesOf));
  const probabilities = runs[typical] as Float32Array;
  const predictions = judgedPredictions(judging, probabilities);
  const measured = measure(metrics.get(objective.name), predictions, judging.groups);
  return {
    choice,
    probabilities,
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
      ...(runs.length > 1 && { seeds: { count: runs.length, low, high } }),
      costs,
      over: overIn(settings.limits ?? {}, costs),
    },
  };
}

/** The best trials, judged as the probes are; those that validation tells to be worse are not. */
async function judgeTrials(
  session: Session,
  probes: readonly Judged[],
  trials: readonly TrialRecord[],
  notes: string[],
): Promise<Judged[]> {
  const judged: Judged[] = [];
  for (const trial of finalists(session, trials)) {
    const choice = { kind: 'trial', trial, ancestors: ancestorsOf(trials, trial) } as const;
    const own = await onValidation(session, trial);
    if (!isPromising(session, own, probes)) continue;
    if (session.judging.basis === 'validation') {
      judged.push({ choice, probabilities: own, repeats: await underSeeds(session, choice, notes) });
      continue;
    }
    const late = `The time was up before trial ${trial.number} could be compared on folds; it is left out.`;
    const { labelled, plan } = session.judging;
    if (trainingSeconds(session, trial, labelled.length * (plan.folds - 1)) > session.left()) {
      notes.push(late);
      continue;
    }
    try {
      const limited = session.until(session.elapsed() + session.left());
      const probabilities = await methodFor(trial.configuration).judge(limited, choice);
      judged.push({ choice, probabilities, repeats: await underSeeds(session, choice, notes) });
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
 * judge, or several seeds are compared, of those trials alone that were trained again for that.
 */
async function judgeSoups(
  session: Session,
  trials: readonly TrialRecord[],
  tuned: readonly Judged[],
): Promise<Judged[]> {
  const { judging, kind } = session;
  const known = tuned.flatMap(({ choice }) => (choice.kind === 'trial' ? [choice] : []));
  const seedsIn = (members: Members): number =>
    Math.min(
      ...members.map(
        ({ trial }) =>
          tuned.find(({ choice }) => choice.kind === 'trial' && choice.trial === trial)?.repeats?.length ?? 0,
      ),
    );
  const all = allowed(session, trials).map((trial) => ({ trial, ancestors: ancestorsOf(trials, trial) }));
  const judged: Judged[] = [];
  for (const group of soupsAmong(judging.basis === 'folds' || seedsOf(session) > 1 ? known : all)) {
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
    const repeats = await soupUnderSeeds(session, soup, seedsIn(soup));
    judged.push({ choice: { kind: 'soup', members: soup }, probabilities, repeats });
  }
  return judged;
}

/** A trial's predictions on the validation split; 0 elsewhere. */
const onValidation = async (session: Session, trial: TrialRecord): Promise<Float32Array> =>
  placed(session, await methodFor(trial.configuration).validate(session, trial));

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
    const repeats = averageUnderSeeds(
      members.map(({ index, share }) => ({ ...(own[index] as Judged), share })),
    );
    return [{ choice, probabilities, repeats }];
  });
}
