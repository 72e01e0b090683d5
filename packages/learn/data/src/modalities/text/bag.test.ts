import { textPreprocessingSchema, type BagInputs } from '@espalier/transfer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openEncoder } from '../../encode/index.js';
import { folderWith } from '../../testing/datasets.js';
import { piecesOf, writeWordPiece } from '../../testing/tokenizer.js';
import { exampleViewOf, plainView } from '../../views.js';
import { BAG_SPACE, bagCharacters, bagWords, MOST_BAG_CHARACTERS, MOST_BAG_WORDS } from './bag.js';
import { tokenizerHash } from './tokenize.js';

const inputs: BagInputs = { words: 'words', characters: 'characters' };
const example = (text: string) => ({ id: 'x', content: { kind: 'text' as const, text } });
const plain = plainView('text');

/** The words of a text one by one, each in a text of its own. */
const apart = (...words: string[]): number[] => words.flatMap((word) => bagWords(word));

describe('the words of a bag', () => {
  it('are hashed with 32-bit FNV-1a, plus 1', () => {
    // The specification's vectors for 'a' and 'foobar'.
    expect(bagWords('a foobar')).toEqual([0xe40c292c + 1, 0xbf9cf968 + 1]);
  });

  it.each<[string, string[]]>([
    ["Don't pay 3.50 a snake_case!", ['don', 't', 'pay', '3', '50', 'a', 'snake_case']],
    ['Éclair ÉCLAIR naïve Straße Привет', ['éclair', 'éclair', 'naïve', 'straße', 'привет']],
    ['हिन्दी में', ['हिन्दी', 'में']],
    ['東京へ行くラーメン', [...'東京へ行くラーメン']],
    ['iPhone东京15', ['iphone', '东', '京', '15']],
    ['한국어 문장', ['한국어', '문장']],
    ['❤️ 🎉 ... ', []],
    ['', []],
  ])('of %j are %j', (text, words) => {
    expect(bagWords(text)).toHaveLength(words.length);
    expect(bagWords(text)).toEqual(apart(...words));
  });

  it('differ from each other', () => {
    const words = ['parcel', 'parcels', 'lost', 'los', 'ab', 'ba', 'é', 'e'];
    expect(new Set(apart(...words)).size).toBe(words.length);
  });

  it('are cut at the most words', () => {
    const ids = bagWords('ab cd '.repeat(MOST_BAG_WORDS));
    expect(ids).toHaveLength(MOST_BAG_WORDS);
    expect(ids.slice(0, 2)).toEqual(apart('ab', 'cd'));
  });
});

describe('the characters of a bag', () => {
  const shown = (text: string): string => String.fromCodePoint(...bagCharacters(text));

  it('have a space on each side of every word', () => {
    expect(shown('Hi\t  you!\n')).toBe(' hi  you! ');
    expect(shown('🎉 ok')).toBe(' 🎉  ok ');
    expect(shown('a\0b')).toBe(' a  b ');
    expect(bagCharacters(' \n ')).toEqual([]);
  });

  it('are cut at the most characters, within a word too', () => {
    const ids = bagCharacters('x'.repeat(2 * MOST_BAG_CHARACTERS));
    expect(ids).toHaveLength(MOST_BAG_CHARACTERS);
    expect(bagCharacters('xy '.repeat(MOST_BAG_CHARACTERS))).toHaveLength(MOST_BAG_CHARACTERS);
  });

  it('of any text are never 0, which fills up', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(bagCharacters(text)).not.toContain(0);
        expect(bagWords(text).every((id) => id >= 1 && id <= 2 ** 32)).toBe(true);
        if (bagCharacters(text).length > 0) expect(bagCharacters(text)[0]).toBe(BAG_SPACE);
      }),
    );
  });
});

describe('an encoder of bags', () => {
  it('gives each text a row as long as itself, in one bucket', async () => {
    const encoder = await openEncoder({ kind: 'bag', inputs }, '');
    expect(encoder.modality).toBe('text');
    expect(encoder.inputs.map(({ name }) => name)).toEqual(['words', 'characters']);
    expect(encoder.buckets).toEqual([{ words: [null], characters: [null] }]);
    expect(encoder.bucketOf(example('a long text '.repeat(99)))).toBe(0);
    const row = await encoder.encode(example('Lost parcel'), plain, 0);
    expect(row).toEqual({
      words: BigInt64Array.from(bagWords('lost parcel'), BigInt),
      characters: BigInt64Array.from(bagCharacters('lost parcel'), BigInt),
    });
  });

  it('gives a text without words, and the blank, one 0', async () => {
    const encoder = await openEncoder({ kind: 'bag', inputs }, '');
    const zero = new BigInt64Array(1);
    expect((await encoder.encode(example('🎉'), plain, 0))['words']).toEqual(zero);
    expect(encoder.blank(0)).toEqual({ words: zero, characters: zero });
  });

  it('reads a view and not the text itself', async () => {
    const encoder = await openEncoder({ kind: 'bag', inputs }, '');
    const long = example('one two three four five six seven eight nine ten '.repeat(4));
    const dropped = exampleViewOf('text', 'drop', 'key', 1, 1);
    const [all, fewer] = await Promise.all([plain, dropped].map((view) => encoder.encode(long, view, 0)));
    expect(fewer?.['words']?.length).toBeLessThan(all?.['words']?.length as number);
  });

  it('stands beside the tokens of a network, which decide on the bucket', async () => {
    const assets = await writeWordPiece(await folderWith({}), piecesOf(['the', 'order', 'came']));
    const tokens = textPreprocessingSchema.parse({
      kind: 'text',
      tokenizer: await tokenizerHash(assets),
      maxLength: 20,
      padId: 0,
      inputs: { ids: 'ids', mask: 'mask', types: null, positions: null },
    });
    const alone = await openEncoder(tokens, '', assets);
    const both = await openEncoder({ ...tokens, bag: inputs }, '', assets);
    expect(both.inputs.map(({ name }) => name)).toEqual(['ids', 'mask', 'words', 'characters']);
    expect(both.buckets[1]).toEqual({ ids: [16], mask: [16], words: [null], characters: [null] });
    const text = example('the order came '.repeat(3));
    const bucket = both.bucketOf(text);
    expect(bucket).toBe(alone.bucketOf(text));
    const { words, characters, ...rest } = await both.encode(text, plain, bucket);
    expect(rest).toEqual(await alone.encode(text, plain, bucket));
    expect([words?.length, characters?.length]).toEqual([9, 54]);
    expect(Object.keys(both.blank(0))).toEqual(['ids', 'mask', 'words', 'characters']);
  });
});
