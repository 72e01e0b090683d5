import type { ImagePreprocessing } from '@espalier/transfer';
import { loadPreprocessed, preprocessedShape } from '../image/preprocess.js';
import { mediaOf } from '../inspect.js';
import type { ExampleView } from '../views.js';
import type { Encoder } from './encoder.js';

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

function viewOfImage(look: ExampleView): Extract<ExampleView, { modality: 'image' }>['view'] {
  if (look.modality === 'image') return look.view;
  throw new RangeError(`a picture cannot be seen in a view of ${look.modality}`);
}
