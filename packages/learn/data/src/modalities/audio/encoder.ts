import type { AudioPreprocessing } from '@espalier/transfer';
import { loadPreprocessedAudio, preprocessedAudioShape } from './preprocess.js';
import { mediaOf } from '../../content.js';
import type { ExampleView, ViewOf } from '../view.js';
import type { Encoder } from '../../encode/encoder.js';

/** Recordings are cut or padded to one length, so they have one shape. */
export function audioEncoder(preprocessing: AudioPreprocessing, input: string): Encoder {
  const shape = preprocessedAudioShape(preprocessing);
  const size = shape.reduce((a, b) => a * b, 1);
  return {
    modality: 'audio',
    inputs: [{ name: input, dtype: 'float32' }],
    buckets: [{ [input]: shape }],
    bucketOf: () => 0,
    blank: () => ({ [input]: new Float32Array(size) }),
    encode: async (example, look) => ({
      [input]: await loadPreprocessedAudio(mediaOf(example), preprocessing, viewOfAudio(look), example.id),
    }),
  };
}

/** @throws RangeError where the view is of another modality */
export function viewOfAudio(look: ExampleView): ViewOf<'audio'> {
  if (look.modality === 'audio') return look.view;
  throw new RangeError(`a recording cannot be heard in a view of ${look.modality}`);
}
