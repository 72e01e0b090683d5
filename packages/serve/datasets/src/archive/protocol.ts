import type { DatasetsProblem } from '../errors.js';
import type { UnzipLimits } from './unzip.js';

/** Request to the process that unpacks. */
export interface UnzipFunctions {
  /** Null where all went well; what is refused crosses as data. */
  unzip(
    path: string,
    folder: string,
    limits: UnzipLimits,
  ): Promise<{ readonly problem: DatasetsProblem; readonly message: string } | null>;
}
