import { describe, expect, it } from 'vitest';
import { conflictNote } from './conflicts.js';
import type { ScannedExample } from '../dataset.js';

const dataset = { modality: 'text', classes: ['ham', 'spam'] } as const;
const example = (id: string, contentHash: string, label: number): ScannedExample => ({
  ...{ id, contentHash, label, fingerprint: null },
  content: { kind: 'text', text: contentHash },
});

describe('examples that are there under several classes', () => {
  it('are counted and shown', () => {
    const one = [example('t:2', 'a', 0), example('t:3', 'a', 1), example('t:4', 'b', 1)];
    expect(conflictNote(dataset, one)).toBe(
      'One text is there under several classes, of which at most one is right: t:2 is "ham" and t:3 is "spam".',
    );
    const two = [...one, example('t:5', 'b', 0), example('t:6', 'b', 0)];
    expect(conflictNote(dataset, two)).toMatch(/^2 texts are there under several classes/);
  });

  it('are no words where copies agree', () => {
    expect(conflictNote(dataset, [example('t:2', 'a', 0), example('t:3', 'a', 0)])).toBeNull();
  });
});
