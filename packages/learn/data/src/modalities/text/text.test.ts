import { join } from 'node:path';
import { textPreprocessingSchema } from '@espalier/transfer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketLengths, openEncoder } from '../../encode/index.js';
import { findLeakedTexts } from './leakage.js';
import { piecesOf, writeWordPiece } from '../../testing/tokenizer.js';
import { folderWith } from '../../testing/datasets.js';
import { plainView } from '../../views.js';
import { requireText } from './check.js';
import { openTokenizer, tokenizerHash } from './tokenize.js';
import { textPolicies, textViewOf } from './policies/registry.js';
import { textViewKey, viewText } from './views.js';

const words = ['the', 'order', 'never', 'came'];

async function preprocessing(change: object = {}) {
  const assets = await writeWordPiece(await folderWith({}), piecesOf(words));
  const parsed = textPreprocessingSchema.parse({
    kind: 'text',
    tokenizer: await tokenizerHash(assets),
    maxLength: 20,
    padId: 0,
    inputs: { ids: 'ids', mask: 'mask', types: 'types', positions: null },
    ...change,
  });
  return { assets, parsed };
}

describe('a tokenizer', () => {
  it('cuts a long text at its end and keeps the special tokens', async () => {
    const { assets, parsed } = await preprocessing({ maxLength: 6 });
    const { tokenize } = await openTokenizer(parsed, assets);
    const short = tokenize('the order').ids;
    const { ids: long, types } = tokenize('the order never came the order never came');
    expect(types).toHaveLength(6);
    expect(short).toHaveLength(4);
    expect(long).toHaveLength(6);
    expect(long.slice(0, 3)).toEqual(short.slice(0, 3));
    expect(long.at(-1)).toBe(short.at(-1));
  });

  it('is refused where it is damaged or missing', async () => {
    const { assets, parsed } = await preprocessing();
    const broken = join(await folderWith({ 't.json': '{' }), 't.json');
    await expect(openTokenizer(parsed, { ...assets, 'tokenizer.json': broken })).rejects.toThrow(
      /not the tokenizer that belongs/,
    );
    await expect(openTokenizer(parsed, {})).rejects.toThrow(/comes without tokenizer\.json/);
  });
});

describe('an encoder of texts', () => {
  it('puts each text in the shortest bucket it fits and fills it up', async () => {
    const { assets, parsed } = await preprocessing();
    const encoder = await openEncoder(parsed, '', assets);
    const example = (text: string) => ({ id: 'x', content: { kind: 'text' as const, text } });
    expect(encoder.buckets.map((shapes) => shapes['ids']?.[0])).toEqual([8, 16, 20]);
    expect(encoder.bucketOf(example('the order'))).toBe(0);
    expect(encoder.bucketOf(example('the order '.repeat(5)))).toBe(1);
    expect(encoder.bucketOf(example('the order '.repeat(50)))).toBe(2);
    const plain = plainView('text');
    const { ids, mask, types } = await encoder.encode(example('the order'), plain, 1);
    expect(Array.from(mask as BigInt64Array, Number)).toEqual([1, 1, 1, 1, ...new Array<number>(12).fill(0)]);
    expect(Array.from(ids as BigInt64Array, Number).slice(4)).toEqual(new Array(12).fill(0));
    expect(Array.from(types as BigInt64Array, Number)).toEqual(new Array(16).fill(0));
  });

  it('encodes the same again when it remembers it no more', async () => {
    const { assets, parsed } = await preprocessing();
    const encoder = await openEncoder(parsed, '', assets);
    const plain = plainView('text');
    const example = (text: string) => ({ id: 'x', content: { kind: 'text' as const, text } });
    const encoded = async () => encoder.encode(example('the order came'), plain, 0);
    const before = await encoded();
    // More characters than are remembered.
    for (let i = 0; i < 60; i++) encoder.bucketOf(example(`${i} ${'x'.repeat(190_000)}`));
    expect(await encoded()).toEqual(before);
  });

  it('has buckets that double up to the longest', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 5000 }), (most) => {
        const lengths = bucketLengths(most);
        expect(lengths.at(-1)).toBe(most);
        lengths.forEach((length, i) => {
          if (i > 0) expect(length).toBeGreaterThan(lengths[i - 1] as number);
          if (i > 0) expect(length).toBeLessThanOrEqual(2 * (lengths[i - 1] as number));
        });
      }),
    );
  });
});

describe('views of texts', () => {
  const policyNames = textPolicies.names;
  it('are the same every time, never empty, and the text itself at index 0', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...policyNames),
        fc.string({ minLength: 1 }),
        fc.nat(5),
        (policy, text, index) => {
          fc.pre(text.trim() !== '');
          const view = textViewOf(policy, 'key', index, 3);
          expect(viewText(text, view)).toBe(viewText(text, textViewOf(policy, 'key', index, 3)));
          expect(viewText(text, view).trim()).not.toBe('');
          if (index === 0 || policy === 'none') expect(viewText(text, view)).toBe(text);
        },
      ),
    );
  });

  it('differ by index, policy and example, and so do their keys', () => {
    const text = 'one two three four five six seven eight nine ten eleven twelve';
    const views = [
      textViewOf('strong', 'a', 1, 0),
      textViewOf('strong', 'a', 2, 0),
      textViewOf('strong', 'b', 1, 0),
      textViewOf('drop', 'a', 1, 0),
    ];
    expect(new Set(views.map(textViewKey)).size).toBe(4);
    expect(new Set(views.map((view) => viewText(text, view))).size).toBe(4);
  });
});

describe('a text', () => {
  it.each([
    ['  ', /the text is empty/],
    ['x'.repeat(200_001), /200,001 characters/],
    ['a\0b', /binary data/],
  ])('is refused: %s', (text, message) => expect(() => requireText(text, 'row')).toThrow(message));
});

describe('leakage of texts', () => {
  const texts = [
    'The parcel says delivered but nothing arrived at my door today.',
    'the parcel says "delivered", but nothing arrived at my door today',
    'The parcel says delivered but nothing arrived at our door today.',
    'My password does not work any more since the last update.',
    'Another message about something else altogether, with other words.',
  ].map((text, i) => ({ id: `${i}`, text }));
  it('finds what says nearly the same in two splits, nearest first', () => {
    const pairs = findLeakedTexts(texts, { train: [0, 3], validation: [1, 4], test: [2], notes: [] });
    expect(pairs[0]).toMatchObject({
      a: { id: '0', split: 'train' },
      b: { id: '1', split: 'validation' },
      distance: 0,
    });
    expect(pairs.every(({ a, b }) => !['3', '4'].includes(a.id) && !['3', '4'].includes(b.id))).toBe(true);
    expect(findLeakedTexts(texts, { train: [0, 1, 2, 3, 4], validation: [], test: [], notes: [] })).toEqual(
      [],
    );
  });
});
