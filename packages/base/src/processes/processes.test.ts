import { describe, expect, it } from 'vitest';
import { nodeFlags, whyEnded, withoutSecrets } from './index.js';

describe('withoutSecrets', () => {
  it('leaves out what opens the store, the blobs and the server, and nothing else', () => {
    const kept = { PATH: '/bin', HF_TOKEN: 'for networks', ESPALIER_CACHE: '/cache', NODE_OPTIONS: '' };
    const secrets = {
      DATABASE_URL: 'postgres://',
      ESPALIER_SECRET: 'x',
      ESPALIER_OIDC_CLIENT_SECRET: 'x',
      ESPALIER_BLOBS: 's3://',
      ESPALIER_METRICS_TOKEN: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
      PGPASSWORD: 'x',
    };
    expect(withoutSecrets({ ...kept, ...secrets })).toEqual(kept);
  });
});

describe('nodeFlags', () => {
  it('are those of this process, and none where one of them is a script', () => {
    expect(nodeFlags(['--conditions=x', '--import=y'])).toEqual(['--conditions=x', '--import=y']);
    for (const script of ['-e', '-p', '-pe', '--eval=1', '--print'])
      expect(nodeFlags([script, '1'])).toEqual([]);
  });
});

describe('whyEnded', () => {
  it.each([
    [{ code: null, signal: 'SIGKILL' }, 'it was killed, perhaps because memory ran out'],
    [{ code: null, signal: 'SIGSEGV' }, 'it crashed (SIGSEGV)'],
    [{ code: 134, output: 'FATAL ERROR: JavaScript heap out of memory' }, 'it ran out of memory'],
    [{ code: 1, output: 'a\n  TypeError: no\n  at b' }, 'it ended with code 1 (TypeError: no)'],
    [{ code: 3 }, 'it ended with code 3'],
  ] as const)('says of %j', (ending, sentence) => {
    expect(whyEnded('it', { signal: null, output: '', ...ending })).toBe(sentence);
  });
});
