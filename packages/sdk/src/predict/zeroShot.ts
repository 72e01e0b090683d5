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
  /** The sentence each label is put into, at `{}`; by default one that suits the model. */
  readonly template?: string;
  /** Column of the text where an input is a table; guessed by default. */
  readonly textColumn?: string;
  /** Told what is passed over, and what was assumed. */
  readonly onNote?: (note: string) => void;
  /** Told how far the download of a model is. */
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
 * Classifies by the names of the classes alone, one example after the other.
 *
 * @param model a folder with a CLIP, SigLIP, CLAP or inference model in ONNX, or `hf:owner/name`
 * @param inputs as `predict` takes them
 * @throws SdkError for options that cannot be used, at once; while it is read from, SdkError where an input
 *   is not there, ZeroShotError or BackboneError where the model cannot be used
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
