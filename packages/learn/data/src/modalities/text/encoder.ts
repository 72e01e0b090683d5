import { LRUCache } from 'lru-cache';
import type { TextPreprocessing } from '@espalier/transfer';
import { textOf } from '../../content.js';
import { openTokenizer, type Tokens } from './tokenize.js';
import { identityTextView, textViewKey, viewText, type TextView } from './views.js';
import { bagInputs, bagOf, bagShapes } from './bagEncoder.js';
import type { Encoder, EncoderInput, Shapes, Values } from '../../encode/encoder.js';
import { viewOfText } from './viewOf.js';

/** Characters and tokens of the texts that are remembered, of which each costs something besides: some 200 MB. */
const MOST_REMEMBERED = 10_000_000;
const OVERHEAD = 100;

/** Shorter batches would save next to nothing. */
const SHORTEST = 8;

/**
 * The lengths that sequences are padded to: doubling from 8 to the most tokens. A few of them keep few
 * steps to compile, and no sequence is padded to more than twice its length.
 */
export function bucketLengths(maxLength: number): number[] {
  const lengths: number[] = [];
  for (let length = SHORTEST; length < maxLength; length *= 2) lengths.push(length);
  return [...lengths, maxLength];
}

/** Sequences in buckets of length, with their mask where the network takes one, and the text's bag beside them. */
export async function textEncoder(
  preprocessing: TextPreprocessing,
  assets: Readonly<Record<string, string>>,
): Promise<Encoder> {
  const { tokenize, largestToken } = await openTokenizer(preprocessing, assets);
  const lengths =
    preprocessing.inputs.mask === null ? [preprocessing.maxLength] : bucketLengths(preprocessing.maxLength);
  // Training reads each view of a text many times, and a server that runs for weeks a new one each time.
  const known = new LRUCache<string, Tokens>({
    maxSize: MOST_REMEMBERED,
    sizeCalculation: ({ ids }, key) => key.length + ids.length + OVERHEAD,
  });
  const tokensOf = (text: string, view: TextView): Tokens => {
    const key = `${textViewKey(view)}\n${text}`;
    const tokens = known.get(key) ?? tokenize(viewText(text, view));
    known.set(key, tokens);
    return tokens;
  };
  return {
    modality: 'text',
    largestToken,
    inputs: inputsOf(preprocessing),
    buckets: lengths.map((length) => shapesOf(preprocessing, length)),
    bucketOf: (example) => {
      const { length } = tokensOf(textOf(example), identityTextView).ids;
      return lengths.findIndex((most) => length <= most);
    },
    unread: (example) => {
      const { ids, whole } = tokensOf(textOf(example), identityTextView);
      return whole - ids.length;
    },
    blank: (bucket) => {
      const length = lengths[bucket] as number;
      const zeros = new Array<number>(length).fill(0);
      const tokens = padded(preprocessing, { ids: zeros, types: zeros, whole: length }, length);
      return { ...tokens, ...bagBeside(preprocessing, '') };
    },
    encode: (example, look, bucket) => {
      const text = textOf(example);
      const view = viewOfText(look);
      const tokens = padded(preprocessing, tokensOf(text, view), lengths[bucket] as number);
      return Promise.resolve({ ...tokens, ...bagBeside(preprocessing, viewText(text, view)) });
    },
  };
}

const inputsOf = (preprocessing: TextPreprocessing): EncoderInput[] => [
  ...tokenInputs(preprocessing),
  ...(preprocessing.bag === undefined ? [] : bagInputs(preprocessing.bag)),
];

function tokenInputs({ inputs }: TextPreprocessing): EncoderInput[] {
  const names = [inputs.ids, inputs.mask, inputs.types, inputs.positions];
  return names.filter((name) => name !== null).map((name) => ({ name, dtype: 'int64' }));
}

const shapesOf = (preprocessing: TextPreprocessing, length: number): Shapes => ({
  ...Object.fromEntries(tokenInputs(preprocessing).map(({ name }) => [name, [length]])),
  ...(preprocessing.bag !== undefined && bagShapes(preprocessing.bag)),
});

const bagBeside = ({ bag }: TextPreprocessing, text: string): Record<string, Values> =>
  bag === undefined ? {} : bagOf(bag, text);

/** An augmented view may have more tokens than the bucket of the plain one: its last ones are left out. */
function padded(
  { padId, inputs }: TextPreprocessing,
  { ids, types }: Tokens,
  length: number,
): Record<string, Values> {
  const kept = Math.min(ids.length, length);
  const filled = (value: (i: number) => number): BigInt64Array =>
    BigInt64Array.from({ length }, (_, i) => BigInt(value(i)));
  return {
    [inputs.ids]: filled((i) => (i < kept ? (ids[i] as number) : padId)),
    ...(inputs.mask !== null && { [inputs.mask]: filled((i) => (i < kept ? 1 : 0)) }),
    ...(inputs.types !== null && { [inputs.types]: filled((i) => (i < kept ? (types[i] as number) : 0)) }),
    ...(inputs.positions !== null && { [inputs.positions]: filled((i) => i) }),
  };
}
