import type { FillResult } from '@espalier/features';
import type { PreparedBackbone } from './backbone.js';
import type { StudyData } from './examples.js';
import type { ProbeRecord } from './probes/record.js';
import type { EpochRecord, TrialRecord } from './records.js';

/** What a study does, in the order in which it comes; some of them come again. */
export const phases = [
  'reading',
  'caching',
  'probing',
  'training',
  'scratch',
  'judging',
  'finishing',
] as const;
export type Phase = (typeof phases)[number];

/** How far a phase is, in steps of its own kind: files, activations, steps of training. */
export interface Progress {
  readonly phase: Phase;
  readonly done: number;
  readonly total: number;
}

/** What a study tells while it runs, for a terminal, a page or a log. */
export type StudyEvent =
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
  | { readonly kind: 'probed'; readonly record: ProbeRecord }
  | { readonly kind: 'trial-started'; readonly trial: TrialRecord }
  | { readonly kind: 'epoch'; readonly number: number; readonly record: EpochRecord }
  | { readonly kind: 'trial-ended'; readonly trial: TrialRecord }
  | { readonly kind: 'scratch-epoch'; readonly record: EpochRecord };

export type Listener = (event: StudyEvent) => void;
