import { readFile, rm } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import { writeFileAtomic } from '@espalier/base/files';
import type { TrainerState } from '@espalier/engine';
import type { Tensor } from '@espalier/onnx';
import { z } from 'zod';
import type { WeightMean } from './averaging.js';
import { StudyError } from '../errors.js';
import { epochRecordSchema, formerEpoch, type EpochRecord } from '@espalier/study';

export type Weights = ReadonlyMap<string, Tensor>;

/** Where a trial stands, besides its trainer. */
export interface Progress {
  readonly epochs: readonly EpochRecord[];
  /** Weights of the best epoch so far; null before the first. */
  readonly best: Weights | null;
  /** The mean of the weights of the last epochs; null where they are not averaged, or not yet. */
  readonly mean: WeightMean | null;
  /** Whether the best epoch is worse than what the trial started with. */
  readonly behind: boolean;
}

/** Where a trial stands after an epoch: enough to go on as if nothing had happened. */
export interface Checkpoint extends Progress {
  readonly state: TrainerState;
  readonly best: Weights;
}

const tensorSchema = z.object({
  dtype: z.literal('float32'),
  dims: z.array(z.number()),
  data: z.instanceof(Float32Array),
});
const weightsSchema = z.map(z.string(), tensorSchema);
const checkpointSchema = z.object({
  epochs: z.array(z.preprocess(formerEpoch, epochRecordSchema)),
  state: z.object({ step: z.number(), tensors: weightsSchema }),
  best: weightsSchema,
  mean: z.object({ count: z.number(), weights: weightsSchema }).nullable().default(null),
  behind: z.boolean().default(false),
});

/** The structured-clone format holds data alone: reading it executes nothing. */
function decode<T>(bytes: Uint8Array, schema: z.ZodType<T>, where: string, advice: string): T {
  try {
    return schema.parse(deserialize(bytes));
  } catch (cause) {
    throw new StudyError(`${where} is damaged; ${advice}`, { cause });
  }
}

export const encodeCheckpoint = (checkpoint: Checkpoint): Uint8Array => serialize(checkpoint);

/** @param where names it in messages @throws StudyError where it is damaged */
export const decodeCheckpoint = (bytes: Uint8Array, where: string): Checkpoint =>
  decode(bytes, checkpointSchema, where, 'delete it, and the trial it belongs to starts again');

/** Where trials that train side by side stand, by their names. */
export type Checkpoints = ReadonlyMap<string, Checkpoint>;

export const encodeCheckpoints = (checkpoints: Checkpoints): Uint8Array => serialize(checkpoints);

/** @param where names them in messages @throws StudyError where they are damaged */
export const decodeCheckpoints = (bytes: Uint8Array, where: string): Checkpoints =>
  decode(
    bytes,
    z.map(z.string(), checkpointSchema),
    where,
    'delete it, and the trials it belongs to start again',
  );

export const writeWeights = (path: string, weights: Weights): Promise<void> =>
  writeFileAtomic(path, serialize(weights));

/** Null where there is no file. @throws StudyError where it is damaged */
export async function readWeights(path: string): Promise<Weights | null> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  const advice = 'bring it back from a copy, or run the study again in another folder';
  return bytes === null ? null : decode(bytes, weightsSchema, path, advice);
}

export const removeFile = (path: string): Promise<void> => rm(path, { force: true });
