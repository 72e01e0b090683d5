import { readFile, rm } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import { writeFileAtomic } from '@espalier/base/files';
import type { TrainerState } from '@espalier/engine';
import type { Tensor } from '@espalier/onnx';
import { z } from 'zod';
import { StudyError } from './errors.js';
import { epochRecordSchema, formerEpoch, type EpochRecord } from '@espalier/study';

export type Weights = ReadonlyMap<string, Tensor>;

/** Where a trial stands after an epoch: enough to go on as if nothing had happened. */
export interface Checkpoint {
  readonly epochs: readonly EpochRecord[];
  readonly state: TrainerState;
  /** Weights of the best epoch so far. */
  readonly best: Weights;
  /** Whether the last epoch fell below what the trial started with. */
  readonly behind: boolean;
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
  behind: z.boolean().default(false),
});

/** The structured-clone format holds data alone: reading it executes nothing. */
const write = (path: string, value: unknown): Promise<void> => writeFileAtomic(path, serialize(value));

async function read<T>(path: string, schema: z.ZodType<T>, advice: string): Promise<T | null> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    return schema.parse(deserialize(bytes));
  } catch (cause) {
    throw new StudyError(`${path} is damaged; ${advice}`, { cause });
  }
}

export const writeCheckpoint = (path: string, checkpoint: Checkpoint): Promise<void> =>
  write(path, checkpoint);
export const readCheckpoint = (path: string): Promise<Checkpoint | null> =>
  read(path, checkpointSchema, 'delete it, and the trial it belongs to starts again');
export const writeWeights = (path: string, weights: Weights): Promise<void> => write(path, weights);
export const readWeights = (path: string): Promise<Weights | null> =>
  read(path, weightsSchema, 'bring it back from a copy, or run the study again in another folder');
export const removeFile = (path: string): Promise<void> => rm(path, { force: true });
