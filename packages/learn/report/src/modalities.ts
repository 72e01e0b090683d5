import type { Modality } from '@espalier/transfer';

/** Texts of a modality for reports and model cards, besides its words. */
interface ModalityLines {
  /** Its task, as the Hugging Face hub calls it. */
  readonly task: string;
  /** The loader of such datasets there. */
  readonly loader: string;
  /**
   * Runs the model without Espalier, in JavaScript.
   *
   * @param model its path, quoted
   */
  readonly runtime: (model: string) => string;
}

const ofNumbers =
  (numbers: string) =>
  (model: string): string => `import { InferenceSession, Tensor } from 'onnxruntime-node';

const session = await InferenceSession.create(${model});
const input = new Tensor('float32', ${numbers}, shape);
const { probabilities } = await session.run({ [session.inputNames[0]]: input });`;

const ofTokens = (model: string): string => `import { readFile } from 'node:fs/promises';
import { Tokenizer } from '@huggingface/tokenizers';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const read = async (path) => JSON.parse(await readFile(path, 'utf8'));
const tokenizer = new Tokenizer(await read('tokenizer.json'), await read('tokenizer_config.json'));
const { ids } = tokenizer.encode('a text');
const session = await InferenceSession.create(${model});
const row = (values) => new Tensor('int64', BigInt64Array.from(values, BigInt), [1, ids.length]);
const inputs = { input_ids: row(ids), attention_mask: row(ids.map(() => 1)), token_type_ids: row(ids.map(() => 0)) };
const feeds = Object.fromEntries(session.inputNames.map((name) => [name, inputs[name]]));
const { probabilities } = await session.run(feeds);`;

export const modalityLines: Readonly<Record<Modality, ModalityLines>> = {
  image: { task: 'image-classification', loader: 'imagefolder', runtime: ofNumbers('pixels') },
  text: { task: 'text-classification', loader: 'csv', runtime: ofTokens },
  audio: { task: 'audio-classification', loader: 'audiofolder', runtime: ofNumbers('numbers') },
};
