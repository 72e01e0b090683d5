/** Phases of a study, in order; some repeat. */
export const phases = [
  'reading',
  'caching',
  'probing',
  'training',
  'baseline',
  'judging',
  'finishing',
] as const;
export type Phase = (typeof phases)[number];

/** Progress of a phase, in its own steps: files, activations, training steps. */
export interface Progress {
  readonly phase: Phase;
  readonly done: number;
  readonly total: number;
}
