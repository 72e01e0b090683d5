import { serveHelper } from '@espalier/base/processes';
import { inspectBackbone } from '@espalier/sdk';
import type { InspectFunctions } from './protocol.js';

/** A process that inspects one backbone. */
serveHelper<InspectFunctions>({
  inspect: async (reference, cacheFolder) => {
    try {
      const facts = await inspectBackbone(reference, { cacheFolder, paths: 'absolute', contained: true });
      return { kind: 'facts', facts };
    } catch (error) {
      return { kind: 'refused', reason: error instanceof Error ? error.message : String(error) };
    }
  },
});
