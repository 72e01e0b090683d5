import { expect, it } from 'vitest';
import { connectionText } from './connection';

it('is live only where it is connected to what still happens', () => {
  expect(connectionText('live', false)).toBe('live');
  expect(connectionText('live', true)).toBe('');
  expect(connectionText('lost', false)).toBe('not live');
  expect(connectionText('lost', true)).toBe('not live');
  expect(connectionText('connecting', false)).toBe('connecting …');
});
