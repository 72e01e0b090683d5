import { readFile } from 'node:fs/promises';
import {
  configurationSchema,
  objectiveSchema,
  probeRecordSchema,
  searchSpaceSchema,
  type EpochRecord,
} from '@espalier/study';
import { z } from 'zod';

/** Every trial of a finite space, trained once to its last epoch. */
export const gridSchema = z.strictObject({
  /** How it was recorded, for people. */
  origin: z.string(),
  space: searchSpaceSchema,
  objective: objectiveSchema,
  /** Most epochs of a trial. */
  epochs: z.number().int().positive(),
  probes: z.array(probeRecordSchema),
  trials: z.array(
    z.strictObject({
      configuration: configurationSchema,
      /** Of each epoch: training loss, validation loss, objective. */
      curve: z.array(z.tuple([z.number(), z.number(), z.number()])),
      /** Seconds of an epoch: the median of all epochs of its backbone and depth. */
      seconds: z.number().positive(),
    }),
  ),
});
export type Grid = z.infer<typeof gridSchema>;
export type GridTrial = Grid['trials'][number];

export const readGrid = async (path: string | URL): Promise<Grid> =>
  gridSchema.parse(JSON.parse(await readFile(path, 'utf8')));

/** An epoch of a recorded trial, from 1. */
export function epochOf({ curve, seconds }: GridTrial, { objective }: Grid, epoch: number): EpochRecord {
  const [trainLoss, validationLoss, value] = curve[epoch - 1] ?? [NaN, NaN, NaN];
  return {
    epoch,
    trainLoss,
    validationLoss,
    metrics: { [objective.name]: value },
    learningRate: 0,
    seconds,
  };
}
