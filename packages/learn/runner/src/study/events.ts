import type { FillResult } from '@espalier/activations';
import type { PreparedBackbone } from '../backbone/backbone.js';
import type { StudyData } from './examples.js';
import type {
  Objective,
  EpochRecord,
  ProbeRecord,
  Progress,
  SearchSpace,
  TrialKey,
  TrialRecord,
} from '@espalier/study';

/** News of a study while it runs, for a terminal, a page or a log. */
export type StudyNews =
  | ({ readonly kind: 'progress' } & Progress)
  | {
      /** What earlier sessions did, before anything else. */
      readonly kind: 'resumed';
      readonly trials: readonly TrialRecord[];
      readonly elapsed: number;
    }
  | { readonly kind: 'data'; readonly data: StudyData }
  | {
      readonly kind: 'backbone';
      readonly prepared: PreparedBackbone;
      readonly depths: readonly number[];
    }
  | { readonly kind: 'cached'; readonly backbone: string; readonly result: FillResult }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'space'; readonly space: SearchSpace; readonly objective: Objective }
  | { readonly kind: 'probed'; readonly record: ProbeRecord }
  | { readonly kind: 'trial-started'; readonly trial: TrialRecord }
  | ({ readonly kind: 'epoch'; readonly record: EpochRecord } & TrialKey)
  | { readonly kind: 'trial-ended'; readonly trial: TrialRecord };

export type Listener = (event: StudyNews) => void;
