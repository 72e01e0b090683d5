import type { Encoder, ScannedExample } from '@espalier/data';
import { describe, expect, it } from 'vitest';
import { unreadNote } from './unread.js';

const examples = [0, 0, 3, 40, 7].map((unread, i) => ({ id: `${i}`, unread })) as unknown as ScannedExample[];
const encoder = (unread?: Encoder['unread']): Encoder =>
  ({ buckets: [{ ids: [8] }, { ids: [64] }], ...(unread && { unread }) }) as unknown as Encoder;

describe('texts that are longer than what a network reads', () => {
  it('are counted, with how much is not read', () => {
    const of = (example: { readonly id: string }): number => [0, 0, 3, 40, 7][Number(example.id)] as number;
    expect(unreadNote(encoder(of), examples)).toBe(
      'It reads the first 64 tokens of a text, and 3 of 5 texts are longer, by 7 tokens at the median and 40 at most: ' +
        'what they say there is not seen. Put what matters first, or take a network that reads more.',
    );
  });

  it('are no words where there are none', () => {
    expect(
      unreadNote(
        encoder(() => 0),
        examples,
      ),
    ).toBeNull();
    expect(unreadNote(encoder(), examples)).toBeNull();
  });
});
