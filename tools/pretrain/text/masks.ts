import { specialTokens } from '@espalier/data/testing';
import { createRandom } from '@espalier/base/random';

const id = (token: (typeof specialTokens)[number]): number => specialTokens.indexOf(token);
export const CLS = id('[CLS]');
export const SEP = id('[SEP]');
const MASK = id('[MASK]');

/** Share of the tokens that are asked for: more than BERT's 15 % teaches faster (Wettig et al., 2023). */
const ASKED = 0.3;

export const positionsOf = (length: number): number => Math.round(ASKED * length);

const mayHide = (token: number, asked: number): boolean => token >= specialTokens.length && token < asked;

/** Whether a sequence has as many frequent tokens as are hidden. */
export const hasEnough = (sequence: readonly number[], asked: number): boolean =>
  sequence.filter((token) => mayHide(token, asked)).length >= positionsOf(sequence.length);

export interface MaskedBatch {
  /** [batch, length] */
  readonly ids: BigInt64Array;
  /** [batch, places], counted over the whole batch. */
  readonly places: BigInt64Array;
  /** Original token of each position. */
  readonly answers: readonly number[];
}

/**
 * Hides tokens of each sequence, of ids below `asked` alone: 80 % of those become [MASK], 10 % another token, and 10 %
 * stay (Devlin et al., 2019).
 */
export function maskTokens(
  sequences: readonly (readonly number[])[],
  asked: number,
  ...keys: readonly (string | number)[]
): MaskedBatch {
  const length = sequences[0]?.length ?? 0;
  const count = positionsOf(length);
  const ids = BigInt64Array.from(sequences.flat(), BigInt);
  const places = new BigInt64Array(sequences.length * count);
  const answers: number[] = [];
  sequences.forEach((sequence, row) => {
    const random = createRandom('mask', ...keys, row);
    const open = sequence.flatMap((token, i) => (mayHide(token, asked) ? [i] : []));
    for (const [n, i] of random.shuffle(open).slice(0, count).entries()) {
      const at = row * length + i;
      places[row * count + n] = BigInt(at);
      answers.push(sequence[i] as number);
      const draw = random.uniform();
      if (draw < 0.8) ids[at] = BigInt(MASK);
      else if (draw < 0.9)
        ids[at] = BigInt(specialTokens.length + random.integer(asked - specialTokens.length));
    }
  });
  return { ids, places, answers };
}

/** Sentences one after the other in sequences of equal length: [CLS] a [SEP] b [SEP] ... */
export function packTokens(sentences: readonly (readonly number[])[], length: number): number[][] {
  const packed: number[][] = [];
  let current = [CLS];
  for (const sentence of sentences) {
    for (const token of [...sentence, SEP]) {
      current.push(token);
      if (current.length < length) continue;
      packed.push(current);
      current = [CLS];
    }
  }
  return packed;
}
