import type { Configuration, Objective, SearchSpace } from '@espalier/study';
import type { EarlierTrial } from '@espalier/study/experience';
import type { ObservedTrial } from '../history.js';

export interface SuggestRequest {
  readonly space: SearchSpace;
  /** All other trials so far, the running ones included, in any order. */
  readonly history: readonly ObservedTrial[];
  /** The number of the trial that is to start; names its random stream. */
  readonly trial: number;
  readonly seed: number;
  /** What gains are measured in; shares where it is absent. */
  readonly objective?: Pick<Objective, 'direction' | 'unit'>;
  /** What linear classifiers reach on the frozen features; absent before they have been fitted. */
  readonly probes?: readonly ObservedProbe[];
  /** Trials of earlier studies with this one's backbones; none by default. */
  readonly experience?: readonly EarlierTrial[];
}

/** What samplers see of a probe. */
export interface ObservedProbe {
  /** Null for one that reads nothing pre-trained. */
  readonly backbone: string | null;
  /** Freeze depths whose features it reads, ascending; empty for one that reads nothing pre-trained. */
  readonly depths: readonly number[];
  /** The objective on examples that it has not learnt from, higher is better. */
  readonly gain: number;
  /** Standard deviation of the gain, as that of examples drawn at random. */
  readonly deviation: number;
  /** Mean log loss on the same examples. */
  readonly loss: number;
}

/** A configuration, and why it was chosen. */
export interface Suggestion extends Configuration {
  /** A sentence for people; absent where the sampler gives none. */
  readonly why?: string | undefined;
}

/** A strategy for choosing configurations: a pure function of its request. */
export interface Sampler {
  readonly name: string;
  /** What it does, for lists: "TPE, which learns from earlier trials"; its name where it is absent. */
  readonly title?: string;
  /**
   * Counts the configurations that are left, of a sampler that tries each once: nothing but the budget ends its
   * search.
   */
  readonly left?: (request: Pick<SuggestRequest, 'space' | 'history'>) => number;
  /** Whether it learns from trials of earlier studies. */
  readonly readsExperience?: true;
  /** Whether it weighs all gains of a trial; others look at the first alone, which is the objective. */
  readonly weighsAll?: true;
  /**
   * The configuration for a new trial, or null where the space is exhausted.
   * @throws SearchError where the space breaks its schema.
   */
  suggest(request: SuggestRequest): Suggestion | null | Promise<Suggestion | null>;
  /** Why another goes on in its place, for people; null while none does. */
  replaced?(): string | null;
}

/** A sampler that comes with Espalier and answers at once. */
export interface OwnSampler extends Sampler {
  suggest(request: SuggestRequest): Suggestion | null;
}
