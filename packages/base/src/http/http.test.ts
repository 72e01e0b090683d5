import { expect, it } from 'vitest';
import { bearerCheck, hostName, isLoopback, tokenProblem } from './index.js';

it('knows the addresses that this machine alone reaches', () => {
  for (const own of ['localhost', '127.0.0.1', '127.8.9.1', '::1', '[::1]'])
    expect(isLoopback(own)).toBe(true);
  for (const other of [
    '',
    '0.0.0.0',
    '::',
    '127.0.0.1.evil.example',
    '127.1',
    '10.0.0.1',
    'localhost.evil',
  ]) {
    expect(isLoopback(other), other).toBe(false);
  }
});

it('reads the name of a Host header', () => {
  expect(['localhost:80', '[::1]:4080', '[::1]', 'lab.example'].map(hostName)).toEqual([
    ...['localhost', '[::1]', '[::1]', 'lab.example'],
  ]);
});

it('takes the right token and nothing else', () => {
  const check = bearerCheck('a-token-of-a-test');
  expect(check('Bearer a-token-of-a-test')).toBe(true);
  expect(check('bearer  a-token-of-a-test')).toBe(true);
  for (const wrong of [
    undefined,
    '',
    'Bearer',
    'Bearer x',
    'a-token-of-a-test',
    'Bearer a-token-of-a-test x',
  ]) {
    expect(check(wrong), wrong).toBe(false);
  }
});

it('says what is wrong with a token', () => {
  expect(tokenProblem('0123456789abcdef')).toBeNull();
  expect(tokenProblem('0123456789abcde')).toMatch(/at least 16/);
  expect(tokenProblem('0123456789 abcdef')).toMatch(/without spaces/);
});
