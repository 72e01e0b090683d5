import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Tokenizer } from '@huggingface/tokenizers';
import { specialTokens, wordPiece, writeWordPiece } from '@espalier/data/testing';
import { sha256OfFile, writeFileAtomic } from '@espalier/base/files';
import { narrowModel, trainableNames, writeModel } from '@espalier/onnx';
import { createRandom } from '@espalier/base/random';
import { readCorpus, sentencesOf } from './corpus.js';
import { packTokens } from './masks.js';
import { pretrainText } from './pretrain.js';
import { chooseVocabulary } from './vocabulary.js';
import { makeWordVectors } from './words.js';

/** The repository's root, seen from tools/dist/pretrain/text. */
const root = fileURLToPath(new URL('../../../..', import.meta.url));

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    steps: { type: 'string', default: '6000' },
    batch: { type: 'string', default: '64' },
    length: { type: 'string', default: '64' },
    rate: { type: 'string', default: '0.002' },
    vocabulary: { type: 'string', default: '40000' },
    asked: { type: 'string', default: '8000' },
    threads: { type: 'string' },
    wordnet: { type: 'string', default: '/usr/share/wordnet' },
    dictd: { type: 'string', default: '/usr/share/dictd' },
    out: { type: 'string', default: join(root, 'plugins/text-mini/weights') },
  },
});

const seed = Number(values.seed);
const corpus = await readCorpus(values);
const sentences = sentencesOf(corpus);
const pieces = chooseVocabulary(sentences, Number(values.vocabulary));
const { tokenizer, config } = wordPiece(pieces);
const encoder = new Tokenizer(tokenizer, config);
const encode = (text: string): number[] => encoder.encode(text, { add_special_tokens: false }).ids;
const vocabulary = encoder.get_vocab(true).size;
const isWord = (id: number): boolean => /[\p{L}\p{N}]/u.test(pieces[id - specialTokens.length] ?? '');
console.log(`${sentences.length} sentences, ${pieces.length} pieces; vectors of words ...`);
const words = makeWordVectors(corpus, vocabulary, { encode, isWord, seed });
const shuffled = createRandom(values.seed, 'corpus').shuffle(sentences);
const length = Number(values.length);
const tokens = shuffled.map(encode);
const sequences = packTokens(tokens, length);
console.log(`${sequences.length} sequences of ${length} tokens`);

const run = {
  seed,
  steps: Number(values.steps),
  batch: Number(values.batch),
  length,
  rate: Number(values.rate),
};
const result = await pretrainText({
  ...run,
  sequences,
  words,
  asked: Number(values.asked),
  ...(values.threads !== undefined && { threads: Number(values.threads) }),
  onProgress: (line) => console.log(line),
});
const { graph } = result.model;
await mkdir(values.out, { recursive: true });
await writeWordPiece(values.out, pieces);
const file = join(values.out, 'text-mini.onnx');
await writeModel(file, narrowModel(result.model));
const provenance = {
  command: `node tools/dist/pretrain/text/main.js ${Object.entries(run)
    .map(([name, value]) => `--${name} ${value}`)
    .join(' ')} --vocabulary ${values.vocabulary} --asked ${values.asked}`,
  data: "Debian's wordnet-base (WordNet 3.0 licence), dict-jargon and dict-devil (public domain)",
  ...run,
  sentences: sentences.length,
  vocabulary,
  parameters: trainableNames(graph).reduce(
    (sum, name) => sum + (graph.initializers.get(name)?.data.length ?? 0),
    0,
  ),
  finalTrainingLoss: Number(result.loss.toFixed(4)),
  heldOutLoss: Number(result.heldOutLoss.toFixed(4)),
  heldOutAccuracy: Number(result.heldOutAccuracy.toFixed(4)),
  sha256: await sha256OfFile(file),
};
await writeFileAtomic(join(values.out, 'provenance.json'), `${JSON.stringify(provenance, null, 2)}\n`);
console.log(JSON.stringify(provenance, null, 2));
