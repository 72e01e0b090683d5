import { ExampleError, type Encodable } from '@espalier/data';
import { openZeroShot } from '@espalier/zero-shot';
import { z } from 'zod';
import { modelFolder, type TransferListener } from '../backbones/backbones.js';
import { callback, checked } from '../check.js';
import { examplesOf, type Input } from './inputs.js';
import { isList, type Prediction } from './predict.js';

export interface ZeroShotOptions {
  /** Names of the classes, at least two. */
  readonly labels: readonly string[];
  /** Sentence in which `{}` stands for the label; by default one that suits the model. */
  readonly template?: string;
  /** Column of the text where an input is a table; guessed by default. */
  readonly textColumn?: string;
  /** Called with a note for skipped inputs and for assumptions. */
  readonly onNote?: (note: string) => void;
  /** Called with the progress of a model's download. */
  readonly onTransfer?: TransferListener;
}

const schema = z.strictObject({
  labels: z.array(z.string()),
  template: z.string().optional(),
  textColumn: z.string().optional(),
  onNote: callback<(note: string) => void>(),
  onTransfer: callback<TransferListener>(),
});

/**
 * Classifies examples one by one without training, by the names of the classes.
 *
 * @param model a folder with a CLIP, SigLIP, CLAP or NLI model in ONNX, or `hf:owner/name`
 * @param inputs as `predict` takes them
 * @throws SdkError for invalid options, at once; during iteration, SdkError where an input
 *   does not exist, ZeroShotError or BackboneError where the model cannot be used
 */
export function zeroShot(
  model: string,
  inputs: Input | readonly Input[],
  options: ZeroShotOptions,
): AsyncGenerator<Prediction> {
  const asked = checked(schema, options, 'zeroShot');
  return classifications(model, isList(inputs) ? inputs : [inputs], asked);
}

async function* classifications(
  model: string,
  inputs: readonly Input[],
  { labels, template, textColumn, onNote, onTransfer }: z.output<typeof schema>,
): AsyncGenerator<Prediction> {
  const folder = await modelFolder(model, { onTransfer });
  const classifier = await openZeroShot({ folder, labels, ...(template !== undefined && { template }) });
  const classify = async (example: Encodable): Promise<Prediction> => {
    const { id } = example;
    try {
      return { kind: 'predicted', id, labels: await classifier.classify(example) };
    } catch (error) {
      if (!(error instanceof ExampleError)) throw error;
      return { kind: 'unreadable', id, error };
    }
  };
  try {
    for await (const example of examplesOf(classifier.modality, inputs, { column: textColumn, onNote })) {
      yield await classify(example);
    }
  } finally {
    await classifier.dispose();
  }
}
