import { resolve } from 'node:path';
import { explainSearch, titleOfConfiguration, writtenValues, type Explanation } from '@espalier/search';
import {
  bestEpoch,
  searchedTrials,
  type EpochRecord,
  type Objective,
  type StudyLog,
  type TrialRecord,
} from '@espalier/study';
import { readJournal } from '@espalier/study/folder';
import { scoreTableOf, type ScoredTrial, type ScoreTable } from '@espalier/study/scores';
import { SdkError } from '../errors.js';

/** Why a trial was chosen, and how it ended. */
export interface ExplainedTrial {
  readonly number: number;
  readonly title: string;
  /** Values of its configuration as people read them, by the names of the dimensions. */
  readonly values: Readonly<Record<string, string>>;
  /** Why the sampler chose it; null where it did not say, as in studies of earlier versions. */
  readonly why: string | null;
  readonly status: TrialRecord['status'];
  /** Why it ended. */
  readonly reason: string;
  /** The objective at the epoch whose weights are kept; null before the first. */
  readonly value: number | null;
  readonly epochs: readonly EpochRecord[];
}

/** Why a study took its course: its trials, what made a difference, and what chance would have found. */
export interface StudyExplanation extends Explanation {
  readonly folder: string;
  readonly sampler: string;
  readonly pruner: string;
  readonly objective: Objective;
  /** Why the search ended; null while it runs. */
  readonly ended: string | null;
  readonly trials: readonly ExplainedTrial[];
  /** What says how well each depth is expected to transfer; null where nothing was scored. */
  readonly scores: ScoreTable | null;
}

/**
 * Explains a study, which may be running, interrupted or finished.
 *
 * @throws StudyError where there is no study or it is damaged; SdkError where it has no trial yet
 */
export async function explainStudy(folder: string): Promise<StudyExplanation> {
  const place = resolve(folder);
  const { header, probes, trials, searchEnded, measured } = await readJournal(place);
  const { settings, space, objective } = header;
  if (searchedTrials(trials).length === 0) {
    throw new SdkError(`The study in ${place} has no trial to explain yet.`);
  }
  return {
    ...explainSearch({ settings, space, objective, probes, trials, measured }),
    folder: place,
    sampler: settings.sampler,
    pruner: settings.pruner,
    objective,
    ended: searchEnded,
    trials: searchedTrials(trials).map((trial) => explained(trial, header)),
    scores: scoreTableOf(probes, reachedBy(searchedTrials(trials), objective), objective),
  };
}

/** What each trial with a freeze depth has reached. */
const reachedBy = (trials: readonly TrialRecord[], { name }: Objective): ScoredTrial[] =>
  trials.flatMap(({ configuration: { backbone, values }, epochs }) => {
    const [freezeDepth, value] = [values['freezeDepth'], bestEpoch(epochs)?.metrics[name]];
    return typeof freezeDepth === 'number' && value !== undefined ? [{ backbone, freezeDepth, value }] : [];
  });

function explained(
  { number, configuration, why, status, reason, epochs }: TrialRecord,
  { objective, space }: StudyLog['header'],
): ExplainedTrial {
  const work = space.backbones.find(({ id }) => id === configuration.backbone)?.work;
  const best = bestEpoch(epochs);
  return {
    ...{ number, status, reason, epochs },
    why: why ?? null,
    title: titleOfConfiguration(configuration),
    values: writtenValues(configuration, work && { stages: work.length - 1 }),
    value: best?.metrics[objective.name] ?? null,
  };
}
