import { describe, expect, it } from 'vitest';
import { requireHarmlessPatterns } from './patterns.js';

const splittingBy = (pattern: string): object => ({
  pre_tokenizer: {
    type: 'Sequence',
    pretokenizers: [{ type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false }],
  },
  model: { vocab: { Regex: 'a word of the vocabulary, (a+)+$' } },
});

const check = (pattern: string): void => requireHarmlessPatterns(splittingBy(pattern), 'tokenizer.json');

describe('the regular expressions of a tokenizer', () => {
  it.each([
    [`'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+`],
    [`(?i:'s|'t)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}`],
    ['\\p{Han}+|\\p{Hiragana}'],
    ['[一-龥]+'],
    ['\\s+$'],
  ])('are taken where they end: %s', (pattern) => {
    expect(() => check(pattern)).not.toThrow();
  });

  it.each([['(a+)+$'], ['(?<=x)(\\w+\\s?)*!'], ['(a|a)*b'], ['\\s*\\s*\\s*\\s*x']])(
    'are refused where they can take forever: %s',
    (pattern) => {
      expect(() => check(pattern)).toThrow(
        /tokenizer.json splits texts by the regular expression ".*", which can take forever on a short text; take a/,
      );
    },
  );

  it('are refused where nobody can tell', () => {
    expect(() => check('(?P<name>a)(a+)+$')).toThrow(/which cannot be checked/);
    expect(() => check('a'.repeat(3_000))).toThrow(/is too long to be checked/);
  });

  it('are found wherever they stand', () => {
    const tokenizer = { normalizer: { type: 'Replace', pattern: { Regex: '(a+)+$' }, content: ' ' } };
    expect(() => requireHarmlessPatterns(tokenizer, 'tokenizer.json')).toThrow(/take forever/);
  });
});
