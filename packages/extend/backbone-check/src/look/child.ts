import { serveHelper } from '@espalier/base/processes';
import { lookAtBackbone } from '@espalier/sdk';
import type { LookFunctions } from './protocol.js';

/** A process that looks at one backbone. */
serveHelper<LookFunctions>({
  look: async (reference, cacheFolder) => {
    try {
      const facts = await lookAtBackbone(reference, { cacheFolder, paths: 'absolute', contained: true });
      return { kind: 'facts', facts };
    } catch (error) {
      return { kind: 'refused', reason: error instanceof Error ? error.message : String(error) };
    }
  },
});
