import { counted } from '../format.js';
import { block, blocks, code, table, text } from '../markdown.js';
import type { StudyReport } from '@espalier/study';
import { clean } from '../text.js';

/** The command that began the study, or where it was begun without one; Markdown. */
export const beginning = ({ origin, command }: StudyReport): string =>
  origin === 'command'
    ? block('sh', command)
    : `No command began it: it is ${text(command)}, which keeps all its settings.`;

/** What began the study and everything else that decides the numbers. */
export function reproduction(report: StudyReport): string {
  const { environment, dataset, backbones } = report;
  return blocks(
    beginning(report),
    table(
      ['What', 'Value'],
      [
        ['Seed', String(report.seed)],
        ['Dataset', text(dataset.path)],
        ['Hash of the dataset and its split', text(dataset.hash)],
        ...backbones.map(({ id, hash }) => [`Hash of ${text(id)}`, text(hash)]),
        ['Espalier', text(report.espalier)],
        ['Node', text(environment.node)],
        ['Platform', text(environment.platform)],
        ['CPU', `${text(environment.cpu)}, ${counted(environment.cores, 'core')}`],
        ['Engine', text(environment.engine)],
        ['Computed on', text(environment.device)],
        ['Date', text(report.createdAt)],
      ],
    ),
    ...(report.resume === null
      ? []
      : [`The study's folder, to give to ${code('--resume')}: ${code(report.resume)}`]),
  );
}

/** How to run the model with and without Espalier. */
export function usage({ resume, files, dataset }: StudyReport): string {
  const model = resume === null ? files.model : `${resume.replace(/\/+$/, '')}/${files.model}`;
  return blocks(
    block('sh', `espalier predict ${shellWord(model)} ${sample[dataset.modality]}`),
    `Without Espalier, any ONNX runtime reads ${code(files.model)}. How the inputs are ` +
      `made is in ${code(files.preprocessing)}; the outputs are ${code('logits')} and ${code('probabilities')}, ` +
      'both of shape [batch, classes], with the classes in the order of this report.',
    block('js', runtimeExample[dataset.modality](JSON.stringify(clean(files.model)))),
  );
}

const sample = { image: 'picture.jpg', text: "'a text'", audio: 'recording.wav' } as const;

const numbersExample =
  (numbers: string) =>
  (model: string): string => `import { InferenceSession, Tensor } from 'onnxruntime-node';

const session = await InferenceSession.create(${model});
const input = new Tensor('float32', ${numbers}, shape);
const { probabilities } = await session.run({ [session.inputNames[0]]: input });`;

const tokensExample = (model: string): string => `import { readFile } from 'node:fs/promises';
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

const runtimeExample = {
  image: numbersExample('pixels'),
  audio: numbersExample('numbers'),
  text: tokensExample,
} as const;

const shellWord = (word: string): string =>
  /^[\w./:@=+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
