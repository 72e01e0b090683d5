import type { BagInputs, BagPreprocessing } from '@espalier/transfer';
import { textOf } from '../../content.js';
import { bagCharacters, bagWords } from './bag.js';
import { viewText } from './views.js';
import type { Encoder, EncoderInput, Shapes, Values } from '../../encode/encoder.js';
import { viewOfText } from './viewOf.js';

/** A text as its words and characters; each row is as long as they are. */
export const bagEncoder = ({ inputs }: BagPreprocessing): Encoder => ({
  modality: 'text',
  inputs: bagInputs(inputs),
  buckets: [bagShapes(inputs)],
  bucketOf: () => 0,
  blank: () => bagOf(inputs, ''),
  encode: (example, look) => Promise.resolve(bagOf(inputs, viewText(textOf(example), viewOfText(look)))),
});

export const bagInputs = ({ words, characters }: BagInputs): EncoderInput[] =>
  [words, characters].map((name) => ({ name, dtype: 'int64' }));

export const bagShapes = ({ words, characters }: BagInputs): Shapes => ({
  [words]: [null],
  [characters]: [null],
});

export const bagOf = ({ words, characters }: BagInputs, text: string): Record<string, Values> => ({
  [words]: row(bagWords(text)),
  [characters]: row(bagCharacters(text)),
});

/** No row is empty: a text of emoji alone has no words, and operators refuse an axis of length 0. */
const row = (ids: readonly number[]): BigInt64Array =>
  ids.length === 0 ? new BigInt64Array(1) : BigInt64Array.from(ids, BigInt);
