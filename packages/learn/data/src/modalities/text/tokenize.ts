import { readFile } from 'node:fs/promises';
import { Tokenizer } from '@huggingface/tokenizers';
import { sha256Of } from '@espalier/base/files';
import { tokenizerFiles, type TextPreprocessing } from '@espalier/transfer';
import { TokenizerError } from '../../errors.js';
import { requireHarmlessPatterns } from './patterns.js';

const [TOKENIZER_FILE] = tokenizerFiles;

/** A text's tokens, special ones included: their ids, and the segment each is of (XLNet's last one is of its own). */
export interface Tokens {
  readonly ids: readonly number[];
  readonly types: readonly number[];
  /** Tokens that the whole text has. */
  readonly whole: number;
}

/** The library promises the types, but gives none where the tokenizer has no template. */
interface Encoding {
  readonly ids: number[];
  readonly token_type_ids?: number[];
}

/** A model's tokenizer, opened. */
export interface OpenTokenizer {
  /** Turns a text into at most `maxLength` tokens. */
  readonly tokenize: (text: string) => Tokens;
  /** The largest token id it can give. */
  readonly largestToken: () => number;
}

/** The hash that a text preprocessing names its tokenizer by. */
export async function tokenizerHash(assets: Readonly<Record<string, string>>): Promise<string> {
  return sha256Of(...(await readAssets(assets)));
}

/**
 * Opens the tokenizer of a preprocessing. A text that is too long loses words at its end, never its
 * special tokens.
 *
 * @param assets paths of `tokenizer.json` and `tokenizer_config.json`
 * @throws TokenizerError where a file is missing, damaged, or not the one the backbone was made with
 */
export async function openTokenizer(
  preprocessing: TextPreprocessing,
  assets: Readonly<Record<string, string>>,
): Promise<OpenTokenizer> {
  const files = await readAssets(assets);
  const found = sha256Of(...files);
  if (found !== preprocessing.tokenizer) {
    throw new TokenizerError(
      `${assets[TOKENIZER_FILE]} is not the tokenizer that belongs to the model (its SHA-256 is ${found.slice(0, 12)}..., ` +
        `${preprocessing.tokenizer.slice(0, 12)}... is expected); put the model's own tokenizer files beside it`,
    );
  }
  const [json, config] = files.map((file, i) => jsonOf(file, assets[tokenizerFiles[i] as string]));
  requireHarmlessPatterns(json as object, assets[TOKENIZER_FILE] as string);
  const tokenizer = construct(json as object, config as object, assets[TOKENIZER_FILE] as string);
  const { maxLength, prefix } = preprocessing;
  return {
    tokenize: (text) => {
      const input = prefix + text;
      const encoding: Encoding = tokenizer.encode(input, { return_token_type_ids: true });
      const { ids, token_type_ids: types = ids.map(() => 0) } = encoding;
      if (ids.length <= maxLength) return { ids, types, whole: ids.length };
      const plain = tokenizer.encode(input, { add_special_tokens: false }).ids;
      const kept = keptOf(ids, plain, maxLength);
      return {
        ids: kept.map((i) => ids[i] as number),
        types: kept.map((i) => types[i] as number),
        whole: ids.length,
      };
    },
    largestToken: () => {
      let most = 0;
      for (const id of tokenizer.get_vocab(true).values()) most = Math.max(most, id);
      return most;
    },
  };
}

function construct(json: object, config: object, path: string): Tokenizer {
  try {
    const tokenizer = new Tokenizer(json, config);
    tokenizer.encode('a');
    return tokenizer;
  } catch (cause) {
    throw new TokenizerError(
      `${path} holds a tokenizer that cannot be used (${(cause as Error).message.split('\n')[0]}); ` +
        'save it again with a current version of transformers',
      { cause },
    );
  }
}

/** Which of too many ids to keep: all but the last ones of `plain`, those without special tokens, inside them. */
function keptOf(ids: readonly number[], plain: readonly number[], most: number): number[] {
  const specials = ids.length - plain.length;
  const lead = Array.from({ length: specials + 1 }, (_, i) => i).find((start) =>
    plain.every((id, i) => ids[start + i] === id),
  );
  const all = ids.map((_, i) => i);
  // A template that changes the ids between its special tokens; what is cut is then the end.
  if (lead === undefined) return all.slice(0, most);
  const tail = lead + plain.length;
  return [...all.slice(0, lead + most - specials), ...all.slice(tail)];
}

const readAssets = (assets: Readonly<Record<string, string>>): Promise<Buffer[]> =>
  Promise.all(tokenizerFiles.map((name) => readAsset(assets, name)));

async function readAsset(assets: Readonly<Record<string, string>>, name: string): Promise<Buffer> {
  const path = assets[name];
  if (path === undefined)
    throw new TokenizerError(`the backbone comes without ${name}, which its texts need`);
  return readFile(path).catch((cause: unknown) => {
    throw new TokenizerError(`there is no ${name} at ${path}; put the model's tokenizer files there`, {
      cause,
    });
  });
}

function jsonOf(file: Buffer, path: string | undefined): unknown {
  try {
    return JSON.parse(file.toString('utf8'));
  } catch (cause) {
    throw new TokenizerError(`${path} is not JSON (${(cause as Error).message}); fetch it again`, { cause });
  }
}
