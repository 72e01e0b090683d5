import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Special tokens of {@link wordPiece}, by their ids 0 to 4. */
export const specialTokens = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'] as const;

/**
 * A WordPiece tokenizer (Wu et al., 2016) as Hugging Face's files describe it: lower case, BERT's way of
 * splitting, `[CLS] text [SEP]`.
 *
 * @param pieces what follows the special tokens, continuations with `##` in front
 */
export function wordPiece(pieces: readonly string[]): {
  readonly tokenizer: object;
  readonly config: object;
} {
  const tokens = [...specialTokens, ...pieces];
  const special = (content: string): object => ({ SpecialToken: { id: content, type_id: 0 } });
  const idsOf = (content: string): object => ({
    id: content,
    ids: [tokens.indexOf(content)],
    tokens: [content],
  });
  const sequence = { Sequence: { id: 'A', type_id: 0 } };
  const added = specialTokens.map((content, id) => ({
    id,
    content,
    special: true,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
  }));
  const tokenizer = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [special('[CLS]'), sequence, special('[SEP]')],
      pair: [special('[CLS]'), sequence, special('[SEP]'), { Sequence: { id: 'B', type_id: 1 } }],
      special_tokens: { '[CLS]': idsOf('[CLS]'), '[SEP]': idsOf('[SEP]') },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
    },
  };
  const config = { tokenizer_class: 'BertTokenizer', do_lower_case: true, model_max_length: 512 };
  return { tokenizer, config };
}

/** Writes a tokenizer's two files; gives their paths by name, as a backbone's assets. */
export async function writeWordPiece(
  folder: string,
  pieces: readonly string[],
): Promise<Record<string, string>> {
  const { tokenizer, config } = wordPiece(pieces);
  const files = { 'tokenizer.json': tokenizer, 'tokenizer_config.json': config };
  const entries = Object.entries(files).map(
    ([name, content]) => [name, join(folder, name), content] as const,
  );
  for (const [, path, content] of entries) await writeFile(path, JSON.stringify(content));
  return Object.fromEntries(entries.map(([name, path]) => [name, path]));
}

const letters = [...'abcdefghijklmnopqrstuvwxyz0123456789'];

/** Pieces with which any English word can be written: words, letters, and letters that go on. */
export const piecesOf = (words: readonly string[]): string[] => [
  ...new Set([...words, ...letters, ...letters.map((letter) => `##${letter}`), ...'.,!?\'"-:;()&/']),
];
