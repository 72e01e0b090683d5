import type { Configuration } from '@espalier/search';
import { z } from 'zod';

/** What one epoch of a trial showed; losses in nats, accuracies 0..1. */
export const epochRecordSchema = z.strictObject({
  /** From 1. */
  epoch: z.number().int().positive(),
  /** Mean of the steps' losses: with smoothing, dropout and class weights. */
  trainLoss: z.number(),
  validationLoss: z.number(),
  validationAccuracy: z.number(),
  /** The head's learning rate at the last step. */
  learningRate: z.number(),
  seconds: z.number(),
});
export type EpochRecord = z.infer<typeof epochRecordSchema>;

export const trialStatusSchema = z.enum(['complete', 'pruned', 'failed']);
export type TrialStatus = z.infer<typeof trialStatusSchema>;

export interface TrialRecord {
  /** From 0, in the order of their start. */
  readonly number: number;
  readonly configuration: Configuration;
  readonly status: TrialStatus | 'running';
  /** Why it ended, for people. */
  readonly reason: string;
  readonly epochs: readonly EpochRecord[];
}

/** The better of two epochs: by accuracy, then by loss, then the earlier. */
export const isBetter = (
  a: Pick<EpochRecord, 'validationAccuracy' | 'validationLoss'>,
  b: Pick<EpochRecord, 'validationAccuracy' | 'validationLoss'>,
): boolean =>
  a.validationAccuracy > b.validationAccuracy ||
  (a.validationAccuracy === b.validationAccuracy && a.validationLoss < b.validationLoss);

/** The validation loss of each epoch, averaged with that of the epoch before: one lucky epoch is no peak. */
export const smoothedLosses = (epochs: readonly Pick<EpochRecord, 'validationLoss'>[]): number[] =>
  epochs.map(({ validationLoss }, i) => {
    const before = epochs[i - 1]?.validationLoss ?? validationLoss;
    return (before + validationLoss) / 2;
  });

/** The epoch whose weights are kept, by its smoothed validation loss; null before the first. */
export function bestEpoch(epochs: readonly EpochRecord[]): EpochRecord | null {
  const losses = smoothedLosses(epochs);
  const best = losses.reduce((least, loss, i) => (loss < (losses[least] as number) ? i : least), 0);
  return epochs[best] ?? null;
}

/** What a trial is ranked by: its least smoothed validation loss. */
export const bestLoss = ({ epochs }: Pick<TrialRecord, 'epochs'>): number =>
  Math.min(...smoothedLosses(epochs));

/** Trials that have a result, best first. */
export const ranked = (trials: readonly TrialRecord[]): TrialRecord[] =>
  trials
    .filter(({ epochs, status }) => epochs.length > 0 && status !== 'failed')
    .sort((a, b) => bestLoss(a) - bestLoss(b) || a.number - b.number);
