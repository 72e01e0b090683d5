import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom } from '@espalier/random';
import sharp from 'sharp';

const kinds = ['stripes', 'spots', 'plain'] as const;

/** Pictures of three kinds that a small network can tell apart, but not at once. */
export async function writePictures(folder: string, perClass: number, size = 32): Promise<void> {
  for (const kind of kinds) {
    await mkdir(join(folder, kind), { recursive: true });
    for (let i = 0; i < perClass; i++) {
      const random = createRandom('picture', kind, i);
      const period = 3 + random.integer(4);
      const base = 60 + random.integer(120);
      const data = Uint8Array.from({ length: size * size * 3 }, (_, at) => {
        const [x, y] = [Math.floor(at / 3) % size, Math.floor(at / 3 / size)];
        const mark =
          kind === 'stripes'
            ? (x + y) % period < period / 2
            : kind === 'spots' && x % period < 2 && y % period < 2;
        return Math.min(255, base + (mark ? 50 : 0) + 30 * random.uniform());
      });
      const picture = sharp(data, { raw: { width: size, height: size, channels: 3 } });
      await picture.png().toFile(join(folder, kind, `${i}.png`));
    }
  }
}

/** A picture of noise over coloured areas; no two are alike. */
export async function writeNoisyPicture(path: string, seed: number): Promise<void> {
  const random = createRandom(seed, 'noisy picture');
  const [width, height] = [96, 80];
  const base = [random.integer(256), random.integer(256), random.integer(256)];
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const column = Math.floor(i / 3) % width;
    const side = column * 2 < width ? 1 : 0.4;
    return Math.max(0, Math.min(255, (base[i % 3] as number) * side + 40 * random.normal()));
  });
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(path);
}

/** Samples in -1..1 as a WAV file of 16-bit PCM, one channel. */
export async function writeWav(path: string, samples: Float32Array, sampleRate: number): Promise<void> {
  const bytes = Buffer.alloc(44 + 2 * samples.length);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(36 + 2 * samples.length, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(sampleRate, 24);
  bytes.writeUInt32LE(2 * sampleRate, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(2 * samples.length, 40);
  samples.forEach((sample, i) => bytes.writeInt16LE(Math.round(32767 * sample), 44 + 2 * i));
  await writeFile(path, bytes);
}

/** Two tones with a little noise, a second long; other seeds have other tones. */
export async function writeTones(path: string, seed: number, sampleRate = 16_000): Promise<void> {
  const random = createRandom(seed, 'tones');
  const [low, high] = [150 + 150 * random.uniform(), 500 + 2000 * random.uniform()];
  const samples = Float32Array.from({ length: sampleRate }, (_, i) => {
    const time = (2 * Math.PI * i) / sampleRate;
    return 0.4 * Math.sin(low * time) + 0.3 * Math.sin(high * time) + 0.02 * random.normal();
  });
  await writeWav(path, samples, sampleRate);
}

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
