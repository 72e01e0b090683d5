import { join } from 'node:path';

/** Returns the path of a trial's state after its last epoch; `name` is that of `trialName`. */
export const checkpointPath = (folder: string, name: string): string =>
  join(folder, 'checkpoints', `${name}.bin`);

/** The best weights of a trial. */
export const weightsPath = (folder: string, name: string): string => join(folder, 'weights', `${name}.bin`);
