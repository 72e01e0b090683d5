import { serveHelper } from '@espalier/base/processes';
import { DatasetsError } from '../errors.js';
import type { UnzipFunctions } from './protocol.js';
import { unzip } from './unzip.js';

/** A process that unpacks an upload. */
const functions: UnzipFunctions = {
  unzip: async (path, folder, limits) => {
    try {
      await unzip(path, folder, { limits });
      return null;
    } catch (error) {
      if (error instanceof DatasetsError) return { problem: error.problem, message: error.message };
      throw error;
    }
  },
};
serveHelper(functions);
