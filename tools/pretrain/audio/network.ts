import { preprocessedAudioShape } from '@espalier/data';
import type { Model } from '@espalier/onnx';
import { preprocessing } from '@espalier/plugin-audio-mini';
import { buildResidualNetwork } from '../residual.js';

/** Channel, frames and bands of one spectrogram. */
export const LOG_MEL = preprocessedAudioShape(preprocessing) as [number, number, number];

/**
 * audio-mini, untrained: `log_mel` [batch, 1, 96, 64] to `features` [batch, 192, 6, 1]; 0.52 million
 * parameters, 20 million multiply-adds a second of sound.
 *
 * The last kernel spans all that is left of the bands: unlike a place in a picture, a pitch is not
 * to be averaged away.
 */
export const buildNetwork = (): Model =>
  buildResidualNetwork({ name: 'audio-mini', input: 'log_mel', dims: LOG_MEL, mix: [1, 4] });
