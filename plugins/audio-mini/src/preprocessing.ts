import { audioPreprocessingSchema } from '@espalier/transfer';

/**
 * 0.975 s at 16 kHz as 96 frames of 64 bands: `log_mel` [batch, 1, 96, 64].
 *
 * Recordings come at unit variance, for the level says more of the recorder than of the sound. A
 * silent band then lies at log(0.01), 42 dB under white noise. The mean and deviation are those of
 * the sounds it was pre-trained on; `tools/pretrain/audio` measures them.
 */
export const preprocessing = audioPreprocessingSchema.parse({
  kind: 'audio',
  sampleRate: 16_000,
  samples: 15_600,
  normalise: 'unit',
  representation: {
    kind: 'logMel',
    fftSize: 512,
    window: 400,
    hop: 160,
    bands: 64,
    low: 40,
    high: 8000,
    scale: 'slaney',
    areaNormalised: false,
    power: 2,
    offset: 0.01,
    mean: 1.87,
    std: 3.65,
    centred: false,
    layout: '1,time,band',
  },
});
