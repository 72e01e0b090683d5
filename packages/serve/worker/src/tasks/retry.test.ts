import { LostClaimError } from '@espalier/queue';
import { SearchError } from '@espalier/search';
import { describe, expect, it } from 'vitest';
import { untilItWorks } from './retry.js';

describe('untilItWorks', () => {
  it.each([new SearchError('there is no pruner called halton'), new LostClaimError('it is gone')])(
    'does not try again what will not be otherwise: %s',
    async (error) => {
      let attempts = 0;
      const run = (): Promise<never> => {
        attempts++;
        return Promise.reject(error);
      };
      const signal = AbortSignal.timeout(5_000);
      await expect(untilItWorks(run, { signal, onFailure: () => undefined })).rejects.toBe(error);
      expect(attempts).toBe(1);
    },
  );
});
