import type { Model } from '@espalier/onnx';
import { buildResidualNetwork } from './residual.js';

/** Side of the square input, in pixels. */
export const INPUT_SIZE = 96;

/**
 * vision-mini, untrained: `image` [batch, 3, 96, 96] to `features` [batch, 192, 6, 6]; 0.44 million
 * parameters, 30 million multiply-adds an image.
 */
export const buildNetwork = (): Model =>
  buildResidualNetwork({
    name: 'vision-mini',
    input: 'image',
    dims: [3, INPUT_SIZE, INPUT_SIZE],
    mix: [1, 1],
  });
