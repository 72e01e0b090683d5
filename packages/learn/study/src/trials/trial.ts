import { z } from 'zod';
import { configurationSchema, type Configuration } from '../search/space.js';

/** Measurements of one epoch of a trial. */
export const epochRecordSchema = z.strictObject({
  /** From 1. */
  epoch: z.number().int().positive(),
  /** Mean of the steps' losses: with smoothing, dropout and weights of the examples. */
  trainLoss: z.number(),
  validationLoss: z.number(),
  /** On the validation examples, by the task's names; the objective is one of them. */
  metrics: z.record(z.string(), z.number()),
  /** The head's learning rate at the last step. */
  learningRate: z.number(),
  seconds: z.number(),
  /** Epochs whose weights were averaged, where the average did better: all that is measured is of it. */
  averaged: z.number().int().positive().optional(),
});
export type EpochRecord = z.infer<typeof epochRecordSchema>;

/** `searched` trials are the search's own; a `baseline` is what they are compared with. */
export const trialRoleSchema = z.enum(['searched', 'baseline']);
export type TrialRole = z.infer<typeof trialRoleSchema>;

export const trialStatusSchema = z.enum(['complete', 'pruned', 'failed']);
export type TrialStatus = z.infer<typeof trialStatusSchema>;

/** Names a trial within its study. */
export interface TrialKey {
  readonly role: TrialRole;
  /** From 0 within its role, in the order of their start. */
  readonly number: number;
}

export interface TrialRecord extends TrialKey {
  readonly configuration: Configuration;
  /** Why the sampler chose it, for people; absent where it did not say. */
  readonly why?: string | undefined;
  /** Number of the searched trial whose best weights it began with; absent where it began with no other's. */
  readonly startedFrom?: number | undefined;
  /** Whether its best epoch has less validation loss than its start; absent where that was not compared. */
  readonly improved?: boolean | undefined;
  readonly status: TrialStatus | 'running';
  /** Why it ended, for people. */
  readonly reason: string;
  readonly epochs: readonly EpochRecord[];
}

export const trialRecordSchema: z.ZodType<TrialRecord> = z.strictObject({
  role: trialRoleSchema,
  number: z.number().int().nonnegative(),
  configuration: configurationSchema,
  why: z.string().optional(),
  startedFrom: z.number().int().nonnegative().optional(),
  improved: z.boolean().optional(),
  status: z.enum([...trialStatusSchema.options, 'running']),
  reason: z.string(),
  epochs: z.array(epochRecordSchema),
});

/** Objective of a study. */
export const objectiveSchema = z.strictObject({
  /** A name among the metrics of an epoch. */
  name: z.string(),
  /** For people: "Accuracy". */
  label: z.string(),
  direction: z.enum(['maximise', 'minimise']),
  /** Format of its values: 0.93 as 93 %, or as it is. */
  unit: z.enum(['share', 'number']),
});
export type Objective = z.infer<typeof objectiveSchema>;

/** The objective of an epoch so that more is better; NaN where the epoch does not have it. */
export const gainOf = (
  { metrics }: Pick<EpochRecord, 'metrics'>,
  { name, direction }: Pick<Objective, 'name' | 'direction'>,
): number => (metrics[name] ?? NaN) * (direction === 'maximise' ? 1 : -1);

/** Name of a trial in random streams and files. */
export const trialName = ({ role, number }: TrialKey): string =>
  role === 'searched' ? `trial-${number}` : `baseline-${number}`;

/** The validation loss of each epoch, averaged with that of the epoch before: one lucky epoch is no peak. */
export const smoothedLosses = (epochs: readonly Pick<EpochRecord, 'validationLoss'>[]): number[] =>
  epochs.map(({ validationLoss }, i) => {
    const before = epochs[i - 1]?.validationLoss ?? validationLoss;
    return (before + validationLoss) / 2;
  });

/** The epoch whose weights are kept, by its smoothed validation loss; null before the first. */
export function bestEpoch(epochs: readonly EpochRecord[]): EpochRecord | null {
  const losses = smoothedLosses(epochs);
  const best = losses.reduce((least, loss, i) => (loss < (losses[least] ?? NaN) ? i : least), 0);
  return epochs[best] ?? null;
}

/** The least smoothed validation loss of a trial, by which trials are ranked. */
export const bestLoss = ({ epochs }: Pick<TrialRecord, 'epochs'>): number =>
  Math.min(...smoothedLosses(epochs));

/** Trials whose weights are kept, the best first. */
export const MOST_WEIGHTS = 5;

/** Searched trials that have a result, best first. */
export const ranked = (trials: readonly TrialRecord[]): TrialRecord[] =>
  searchedTrials(trials)
    .filter(({ epochs, status }) => epochs.length > 0 && status !== 'failed')
    .sort((a, b) => bestLoss(a) - bestLoss(b) || a.number - b.number);

const ended = (trials: readonly TrialRecord[]): TrialRecord[] =>
  ranked(trials).filter(({ status }) => status !== 'running');

/** Searched trials that have ended and whose weights are kept, the best first. */
export const kept = (trials: readonly TrialRecord[]): TrialRecord[] => ended(trials).slice(0, MOST_WEIGHTS);

/** Searched trials that have ended and whose weights nothing needs any more: no running trial began with them. */
export const dropped = (trials: readonly TrialRecord[]): TrialRecord[] =>
  ended(trials)
    .slice(MOST_WEIGHTS)
    .filter(
      ({ number }) =>
        !trials.some(({ status, startedFrom }) => status === 'running' && startedFrom === number),
    );

export const searchedTrials = (trials: readonly TrialRecord[]): TrialRecord[] =>
  trials.filter(({ role }) => role === 'searched');

export const baselineTrials = (trials: readonly TrialRecord[]): TrialRecord[] =>
  trials.filter(({ role }) => role === 'baseline');
