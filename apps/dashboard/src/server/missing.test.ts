import { TRPCClientError } from '@trpc/client';
import { describe, expect, it } from 'vitest';
import { isMissing } from './missing';

const refused = (code: string): TRPCClientError<never> =>
  new TRPCClientError<never>('refused', {
    result: { error: { code: -32_000, message: 'refused', data: { code } } } as never,
  });

describe('what a page of an id says', () => {
  it('is that nothing is there, where the id is unknown or no id', () => {
    expect(['NOT_FOUND', 'BAD_REQUEST'].map((code) => isMissing(refused(code)))).toEqual([true, true]);
  });

  it('is why it failed, where it may be there', () => {
    expect(['UNAUTHORIZED', 'INTERNAL_SERVER_ERROR'].map((code) => isMissing(refused(code)))).toEqual([
      false,
      false,
    ]);
    expect(isMissing(new TRPCClientError('Failed to fetch'))).toBe(false);
    expect(isMissing(new Error('there is no such study'))).toBe(false);
  });
});
