import { serveHelper } from '@espalier/base/processes';
import { traceLoaded } from '../backbone/backbone.js';
import type { TryingFunctions } from './protocol.js';

/** A process that runs a stranger's network once. */
const functions: TryingFunctions = {
  trace: async (id, loaded) => {
    try {
      await traceLoaded(id, loaded);
      return null;
    } catch (error) {
      const { name, message } = error as Error;
      return { name, message };
    }
  },
};
serveHelper(functions);
