import type { Modality } from '@espalier/transfer';
import { audioBytes, decodeAudio, fingerprintAudio } from './audio/index.js';
import { requireSound } from './blank.js';
import type { Example } from './dataset.js';
import { DatasetError } from './errors.js';
import { requirePicture } from './image/decode.js';
import { imageBytes } from './image/open.js';
import { fingerprintOf, isFlat, type Fingerprint } from './perceptual.js';
import { requireText } from './text/check.js';

export interface Inspected {
  /** What the example is, for its hash. */
  readonly bytes: Uint8Array;
  readonly fingerprint: Fingerprint | null;
}

/** Reads one example as it will be used, so that what cannot be is known before the search. */
type Inspector = (example: Example) => Promise<Inspected>;

/** The path of an example that is a file. */
export function pathOf({ id, content }: Pick<Example, 'id' | 'content'>): string {
  if (content.kind === 'file') return content.path;
  throw new DatasetError(`${id} is no file on the disk, where one is needed.`);
}

/** The path of an example that is a file, or what it holds. */
export function mediaOf({ id, content }: Pick<Example, 'id' | 'content'>): string | Uint8Array {
  if (content.kind === 'text') throw new DatasetError(`${id} is a text where a file is needed.`);
  return content.kind === 'file' ? content.path : content.bytes;
}

/** The text of an example that is one. */
export function textOf({ id, content }: Pick<Example, 'id' | 'content'>): string {
  if (content.kind === 'text') return content.text;
  throw new DatasetError(`${id} is a file where a text is needed.`);
}

const inspectImage: Inspector = async (example) => {
  const bytes = await imageBytes(mediaOf(example), example.id);
  const fingerprint = await fingerprintOf(bytes, example.id);
  if (isFlat(fingerprint)) await requirePicture(bytes, example.id);
  return { bytes, fingerprint };
};

const inspectAudio: Inspector = async (example) => {
  const bytes = await audioBytes(mediaOf(example), example.id);
  const audio = await decodeAudio(bytes, example.id);
  requireSound(audio, example.id);
  return { bytes, fingerprint: fingerprintAudio(audio) };
};

const inspectText: Inspector = (example) => {
  const text = textOf(example);
  requireText(text, example.id);
  return Promise.resolve({ bytes: new TextEncoder().encode(text), fingerprint: null });
};

export const inspectors: Readonly<Record<Modality, Inspector>> = {
  image: inspectImage,
  audio: inspectAudio,
  text: inspectText,
};
