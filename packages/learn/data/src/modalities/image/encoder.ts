import type { ImagePreprocessing } from '@espalier/transfer';
import { loadPreprocessed, preprocessedShape } from './preprocess.js';
import { mediaOf } from '../../content.js';
import type { ExampleView, ViewOf } from '../view.js';
import type { Encoder } from '../../encode/encoder.js';

/** Pictures have one shape. */
export function imageEncoder(preprocessing: ImagePreprocessing, input: string): Encoder {
  const shape = preprocessedShape(preprocessing);
  const size = shape.reduce((a, b) => a * b, 1);
  return {
    modality: 'image',
    inputs: [{ name: input, dtype: 'float32' }],
    buckets: [{ [input]: shape }],
    bucketOf: () => 0,
    blank: () => ({ [input]: new Float32Array(size) }),
    encode: async (example, look) => ({
      [input]: await loadPreprocessed(mediaOf(example), preprocessing, viewOfImage(look), example.id),
    }),
  };
}

/** @throws RangeError where the view is of another modality */
export function viewOfImage(look: ExampleView): ViewOf<'image'> {
  if (look.modality === 'image') return look.view;
  throw new RangeError(`a picture cannot be seen in a view of ${look.modality}`);
}
