import { expect, it } from 'vitest';
import { duration, percent, rate, size, trialTitle } from './format';

it.each([
  [0, '0 s'],
  [0.003, 'under 0.1 s'],
  [0.05, '0.1 s'],
  [0.44, '0.4 s'],
  [2.04, '2 s'],
  [9.94, '9.9 s'],
  [9.96, '10 s'],
  [59.4, '59 s'],
  [59.6, '1 min 00 s'],
  [200, '3 min 20 s'],
  [7500, '2 h 05 min'],
])('%d seconds are %s', (seconds, text) => expect(duration(seconds)).toBe(text));

it.each([
  [3e-4, '3e-4'],
  [0.00125, '1.3e-3'],
  [0.01, '1e-2'],
  [2, '2'],
])('the rate %d is %s', (value, text) => expect(rate(value)).toBe(text));

it('shares and trials are named', () => {
  expect([percent(0.8724), percent(1), percent(null)]).toEqual(['87.2 %', '100.0 %', '–']);
  const baseline = (number: number): string => trialTitle({ role: 'baseline', number });
  expect(trialTitle({ role: 'searched', number: 3 })).toBe('trial 3');
  expect([baseline(0), baseline(1)]).toEqual([
    'baseline from random weights',
    'baseline from random weights 1',
  ]);
});

it.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1500, '1.5 KB'],
  [8_388_608, '8.4 MB'],
  [5e12, '5000.0 GB'],
])('%d bytes are %s', (bytes, text) => expect(size(bytes)).toBe(text));
