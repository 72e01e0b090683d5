/** What a study does, in the order in which it comes; some of it comes again. */
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

/** How far a phase is, in steps of its own kind: files, activations, steps of training. */
export interface Progress {
  readonly phase: Phase;
  readonly done: number;
  readonly total: number;
}
