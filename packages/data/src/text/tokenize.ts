import { readFile } from 'node:fs/promises';
import { Tokenizer } from '@huggingface/tokenizers';
import { sha256Of } from '@espalier/files';
import { tokenizerFiles, type TextPreprocessing } from '@espalier/transfer';
import { TokenizerError } from '../errors.js';

const [TOKENIZER_FILE] = tokenizerFiles;

/** Turns a text into token ids, special tokens included, at most `maxLength` of them. */
export type Tokenize = (text: string) => number[];

/** The hash that a text preprocessing names its tokenizer by. */
export async function tokenizerHash(assets: Readonly<Record<string, string>>): Promise<string> {
  return sha256Of(...(await Promise.all(tokenizerFiles.map((name) => readAsset(assets, name)))));
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
): Promise<Tokenize> {
  const found = await tokenizerHash(assets);
  if (found !== preprocessing.tokenizer) {
    throw new TokenizerError(
      `${assets[TOKENIZER_FILE]} is not the tokenizer that belongs to the model (its SHA-256 is ${found.slice(0, 12)}..., ` +
        `${preprocessing.tokenizer.slice(0, 12)}... is expected); put the model's own tokenizer files beside it`,
    );
  }
  const [json, config] = await Promise.all(tokenizerFiles.map((name) => jsonOf(assets, name)));
  const tokenizer = construct(json as object, config as object, assets[TOKENIZER_FILE] as string);
  const { maxLength, prefix } = preprocessing;
  return (text) => {
    const whole = prefix + text;
    const ids = tokenizer.encode(whole).ids;
    if (ids.length <= maxLength) return ids;
    return truncated(ids, tokenizer.encode(whole, { add_special_tokens: false }).ids, maxLength);
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

/** Cuts `plain`, the ids without special tokens, where it stands inside `ids`. */
function truncated(ids: readonly number[], plain: readonly number[], most: number): number[] {
  const specials = ids.length - plain.length;
  const lead = Array.from({ length: specials + 1 }, (_, i) => i).find((start) =>
    plain.every((id, i) => ids[start + i] === id),
  );
  // A template that changes the ids between its special tokens; what is cut is then the end.
  if (lead === undefined) return ids.slice(0, most);
  const tail = ids.slice(lead + plain.length);
  return [...ids.slice(0, lead), ...plain.slice(0, most - specials), ...tail];
}

/** The largest token id a tokenizer can give. */
export async function largestTokenId(assets: Readonly<Record<string, string>>): Promise<number> {
  const [json, config] = await Promise.all(tokenizerFiles.map((name) => jsonOf(assets, name)));
  const tokenizer = construct(json as object, config as object, assets[TOKENIZER_FILE] as string);
  let most = 0;
  for (const id of tokenizer.get_vocab(true).values()) most = Math.max(most, id);
  return most;
}

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

async function jsonOf(assets: Readonly<Record<string, string>>, name: string): Promise<unknown> {
  const text = (await readAsset(assets, name)).toString('utf8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TokenizerError(`${assets[name]} is not JSON (${(cause as Error).message}); fetch it again`, {
      cause,
    });
  }
}
