import type { DatasetsProblem } from '../errors.js';
import type { UnzipLimits } from './unzip.js';

/** What the process that unpacks is asked. */
export interface UnzipFunctions {
  /** Null where all went well; what is refused crosses as data. */
  unzip(
    path: string,
    folder: string,
    limits: UnzipLimits,
  ): Promise<{ readonly problem: DatasetsProblem; readonly message: string } | null>;
}
