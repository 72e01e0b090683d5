import {
  BackboneError,
  imagePreprocessingSchema,
  normalisations,
  type GraphInput,
  type ImagePreprocessing,
  type NormalisationName,
} from '@espalier/transfer';
import type { Description } from './description.js';

/** The size of ImageNet networks, for graphs that leave theirs open. */
const USUAL_SIZE = 224;

export interface FoundPreprocessing {
  readonly preprocessing: ImagePreprocessing;
  readonly notes: readonly string[];
}

/** Completes a description with what the graph's input says, and says what had to be assumed. */
export function preprocessingOf(
  description: Description['preprocessing'],
  inputs: readonly GraphInput[],
  id: string,
): FoundPreprocessing {
  const input = imageInput(inputs, id);
  const layout = description.layout ?? layoutOf(input, id);
  const channelAxis = layout === 'nchw' ? 1 : 3;
  const [height, width] = layout === 'nchw' ? [2, 3] : [1, 2];
  const notes: string[] = [];
  const sizeAt = (axis: number, given: number | undefined, what: string): number => {
    const declared = input.shape[axis];
    if (given !== undefined || typeof declared === 'number') return given ?? (declared as number);
    notes.push(`the graph does not fix the ${what}; ${USUAL_SIZE} is assumed`);
    return USUAL_SIZE;
  };
  const { normalisation = assumed(layout, notes), ...rest } = description;
  const grey = input.shape[channelAxis] === 1;
  const preprocessing = imagePreprocessingSchema.parse({
    ...rest,
    kind: 'image',
    layout,
    channels: description.channels ?? (grey ? 'grey' : 'rgb'),
    height: sizeAt(height as number, description.height, 'height'),
    width: sizeAt(width as number, description.width, 'width'),
    ...(typeof normalisation === 'string' ? normalisations[normalisation] : normalisation),
  });
  return { preprocessing, notes };
}

function imageInput(inputs: readonly GraphInput[], id: string): GraphInput {
  const image = inputs.find(({ shape }) => shape.length === 4);
  if (image !== undefined) return image;
  const found = inputs.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join(', ') || 'none';
  throw new BackboneError(
    `backbone ${id}: it has no image input with four axes; its inputs are: ${found}${companionsOf(inputs)}`,
  );
}

/** Numbers of an input that may be samples of a recording. */
const SHORTEST_SOUND = 1000;

/** Names the files that a network for texts or recordings needs beside it, as a model of the hub has them. */
function companionsOf(inputs: readonly GraphInput[]): string {
  const folder = (what: string, files: string): string =>
    `. It seems to read ${what}; put it into a folder with the ${files} of its model, and give the folder as the backbone`;
  const tokens = inputs.some(({ dtype, shape }) => /^int(32|64)$/.test(dtype) && shape.length === 2);
  if (tokens) return folder('tokens of texts', 'config.json and tokenizer.json');
  const [data] = inputs;
  const length = data?.shape.at(-1);
  const long = typeof length !== 'number' || length >= SHORTEST_SOUND;
  const sounds = data?.dtype.startsWith('float') === true && data.shape.length === 2 && long;
  return sounds ? folder('recordings', 'config.json and preprocessor_config.json') : '';
}

const isChannels = (dim: number | string | undefined): boolean => dim === 1 || dim === 3;

function layoutOf({ name, shape }: GraphInput, id: string): 'nchw' | 'nhwc' {
  if (isChannels(shape[1])) return 'nchw';
  if (isChannels(shape[3])) return 'nhwc';
  throw new BackboneError(
    `backbone ${id}: its input ${name} [${shape.join(', ')}] has no axis of 1 or 3 channels, so it does not look like an image; ` +
      'if it is one, set preprocessing.layout in espalier.json',
  );
}

/** PyTorch's networks read NCHW and ImageNet's statistics, TensorFlow's NHWC and -1..1. */
function assumed(layout: 'nchw' | 'nhwc', notes: string[]): NormalisationName {
  const name = layout === 'nchw' ? 'imagenet' : 'symmetric';
  notes.push(
    `its normalisation is not stated; '${name}' is assumed, as usual for ${layout.toUpperCase()} networks`,
  );
  return name;
}
