import { describe, expect, it } from 'vitest';
import { isOpenPage, nextPage, signInPage } from './signIn';

describe('the page behind a sign-in', () => {
  it('is one of this site', () => {
    expect(nextPage(signInPage('/studies/1?tab=2').replace('/sign-in', ''))).toBe('/studies/1?tab=2');
    for (const next of [
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      'javascript:x',
      '',
      '/\t/x',
    ]) {
      expect(nextPage(`?next=${encodeURIComponent(next)}`), next).toBe('/studies');
    }
    expect(nextPage('')).toBe('/studies');
  });

  it('is open where nobody is signed in yet', () => {
    expect(['/sign-in', '/setup', '/invite/1', '/reset'].every(isOpenPage)).toBe(true);
    expect(['/studies', '/team', '/setup-other', '/x/sign-in'].some(isOpenPage)).toBe(false);
  });
});
