import { block, blocks, code, table, text } from '../markdown.js';
import type { StudyReport } from '../schema.js';
import { clean } from '../text.js';

/** The command and everything else that decides the numbers. */
export function reproduction(report: StudyReport): string {
  const { environment, dataset, backbones } = report;
  return blocks(
    block('sh', report.command),
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
        ['CPU', `${text(environment.cpu)}, ${environment.cores} cores`],
        ['Engine', `${text(environment.engine)} on ${text(environment.device)}`],
        ['Date', text(report.createdAt)],
      ],
    ),
    `The study's folder, to give to ${code('--resume')}: ${code(report.resume)}`,
  );
}

/** How to run the model with and without Espalier. */
export function usage({ resume, files }: StudyReport): string {
  return blocks(
    block('sh', `espalier predict ${shellWord(`${resume.replace(/\/+$/, '')}/${files.model}`)} picture.jpg`),
    `Without Espalier, any ONNX runtime reads ${code(files.model)}. Size, channel layout and normalisation of the ` +
      `input are in ${code(files.preprocessing)}; the outputs are ${code('logits')} and ${code('probabilities')}, ` +
      'both of shape [batch, classes], with the classes in the order of this report.',
    block('js', runtimeExample(clean(files.model))),
  );
}

const runtimeExample = (
  model: string,
): string => `import { InferenceSession, Tensor } from 'onnxruntime-node';

const session = await InferenceSession.create(${JSON.stringify(model)});
const input = new Tensor('float32', pixels, shape);
const { probabilities } = await session.run({ [session.inputNames[0]]: input });`;

const shellWord = (word: string): string =>
  /^[\w./:@=+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
