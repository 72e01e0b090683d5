import type { Modality } from '@espalier/transfer';
import { audioBytes, decodeAudio, fingerprintAudio, isSilent } from './audio/index.js';
import type { Example } from './dataset.js';
import { AudioError, DatasetError } from './errors.js';
import { imageBytes } from './image/open.js';
import { fingerprintOf, type Fingerprint } from './perceptual.js';
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
  throw new DatasetError(`${id} is a text where a file is needed.`);
}

/** The text of an example that is one. */
export function textOf({ id, content }: Pick<Example, 'id' | 'content'>): string {
  if (content.kind === 'text') return content.text;
  throw new DatasetError(`${id} is a file where a text is needed.`);
}

const inspectImage: Inspector = async (example) => {
  const bytes = await imageBytes(pathOf(example), example.id);
  return { bytes, fingerprint: await fingerprintOf(bytes, example.id) };
};

const inspectAudio: Inspector = async (example) => {
  const bytes = await audioBytes(pathOf(example), example.id);
  const audio = await decodeAudio(bytes, example.id);
  if (isSilent(audio)) throw new AudioError(example.id, 'it holds nothing but silence');
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
