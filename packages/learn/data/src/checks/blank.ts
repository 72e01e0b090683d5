import type { DecodedAudio } from '../modalities/audio/formats/decoded.js';
import { AudioError, ImageError, TextError } from '../errors.js';

// What holds nothing can neither be learnt from nor classified. Search, predict and serve all ask here.

/** -90 dBFS; the smallest step of 16 bits is below it. */
const silence = 10 ** (-90 / 20);

/** Whether no sample is more than -90 dBFS from the first: an empty or unplugged microphone. */
export function isSilent({ channels }: DecodedAudio): boolean {
  return channels.every((samples) => {
    const [first = 0] = samples;
    return samples.every((sample) => Math.abs(sample - first) < silence);
  });
}

/** @throws AudioError where a recording is silence from its beginning to its end */
export function requireSound(audio: DecodedAudio, name: string): void {
  if (isSilent(audio)) throw new AudioError(name, 'it holds nothing but silence');
}

/** Whether all pixels of interleaved RGB are the same. */
export function isOneColour(pixels: Uint8Array): boolean {
  for (let i = 3; i < pixels.length; i++) if (pixels[i] !== pixels[i - 3]) return false;
  return true;
}

/** @throws ImageError where all pixels of a picture, its whole interleaved RGB, are the same */
export function requireColours(pixels: Uint8Array, name: string): void {
  if (isOneColour(pixels)) throw new ImageError(name, 'it is blank: all of it has one colour');
}

/** Spaces, controls, and marks without a shape of their own, such as the zero-width space. */
const invisible = /[\s\p{Cc}\p{Cf}\p{Z}]+/gu;

/** @throws TextError where a text has no character that is seen */
export function requireWords(text: string, name: string): void {
  if (text.replace(invisible, '') === '') throw new TextError(name, 'the text is empty');
}
