import { readFile } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import type { TrainerState } from '@espalier/engine';
import { writeFileAtomic } from '@espalier/base/files';

/** Settings that must equal those of a checkpoint to continue from it. */
export interface RunKey {
  readonly seed: number;
  readonly steps: number;
  readonly classes: number;
  readonly batch: number;
  readonly rate: number;
}

interface Checkpoint {
  readonly run: RunKey;
  readonly state: TrainerState;
}

export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
}

/** In V8's own format, which keeps typed arrays and maps: it is read by the same tool only. */
export const writeCheckpoint = (path: string, checkpoint: Checkpoint): Promise<void> =>
  writeFileAtomic(path, serialize(checkpoint));

/** @throws CheckpointError where the file is missing or belongs to a run with other settings */
export async function readCheckpoint(path: string, run: RunKey): Promise<TrainerState> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new CheckpointError(`there is no checkpoint at ${path}: start without --resume`, { cause });
  });
  const checkpoint = deserialize(bytes) as Checkpoint;
  if (JSON.stringify(checkpoint.run) !== JSON.stringify(run)) {
    throw new CheckpointError(
      `the checkpoint at ${path} is of a run with ${JSON.stringify(checkpoint.run)}: give the same settings`,
    );
  }
  return checkpoint.state;
}
