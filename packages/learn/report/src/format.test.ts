import { expect, it } from 'vitest';
import { duration, percent, plain, scientific } from './format.js';
import { block, code, text } from './markdown.js';

it('formats numbers for people', () => {
  expect([0.9333, 1].map(percent)).toEqual(['93.3 %', '100.0 %']);
  expect([0.00025, 1e-3, 0.0316, 1, 0].map(scientific)).toEqual(['2.5e-4', '1e-3', '3.2e-2', '1e0', '0']);
  expect([0.05, 1, 0.8512].map(plain)).toEqual(['0.05', '1', '0.851']);
  expect([0, 0.003, 2.04, 9.96, 0.42, 48.2, 59.7, 125, 3599.6, 3720, 7170].map(duration)).toEqual([
    '0 s',
    'under 0.1 s',
    '2 s',
    '10 s',
    '0.4 s',
    '48 s',
    '1 min 00 s',
    '2 min 05 s',
    '1 h 00 min',
    '1 h 02 min',
    '2 h 00 min',
  ]);
});

it.each([
  ['golden_retriever v1.2', 'golden_retriever v1.2'],
  ['_a_ *b*', '\\_a\\_ \\*b\\*'],
  ['a|b\\|c', 'a&#124;b&#92;&#124;c'],
  ['<b>&amp;`', '&lt;b&gt;&amp;amp;&#96;'],
  ['[a](http://b)', '\\[a\\](http\\://b)'],
  ['a\r\n\u2028b', 'a b'],
  ['# a', '\\# a'],
  ['1. a', '1\\. a'],
  ['- a', '\\- a'],
  [' \t', '(empty)'],
])('escapes %j', (value, expected) => {
  expect(text(value)).toBe(expected);
});

it('fences code that holds fences', () => {
  expect(code('a`b')).toBe('``a`b``');
  expect(code('`')).toBe('`` ` ``');
  expect(block('sh', '  a\n\n```\u0007')).toBe('````sh\n  a\n\n``` \n````');
});
