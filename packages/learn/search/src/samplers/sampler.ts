import type { Configuration, SearchSpace } from '@espalier/study';
import type { ObservedTrial } from '../history.js';

export interface SuggestRequest {
  readonly space: SearchSpace;
  /** All other trials so far, the running ones included, in any order. */
  readonly history: readonly ObservedTrial[];
  /** The number of the trial that is to start; names its random stream. */
  readonly trial: number;
  readonly seed: number;
}

/** A strategy for choosing configurations: a pure function of its request. */
export interface Sampler {
  readonly name: string;
  /**
   * The configuration for a new trial, or null where the space is exhausted.
   * @throws SearchError where the space breaks its schema.
   */
  suggest(request: SuggestRequest): Configuration | null | Promise<Configuration | null>;
  /** Why another goes on in its place, for people; null while none does. */
  replaced?(): string | null;
}

/** A sampler that comes with Espalier and answers at once. */
export interface OwnSampler extends Sampler {
  suggest(request: SuggestRequest): Configuration | null;
}
