import { fingerprintOfGrey, greySide, type Fingerprint } from '../../checks/perceptual.js';
import type { DecodedAudio } from './formats/decoded.js';
import { melAnalyser } from './signal/logMel.js';
import { mixToMono, resample } from './signal/resample.js';

/** Hertz; a recording at less is taken to this rate, others are looked at as they are. */
const leastRate = 8000;

/** Seconds of one frame. */
const windowLength = 0.064;

/** Bands between the hum of the mains and the edge of a telephone line, which every encoder keeps. */
const bands = {
  bands: greySide,
  low: 100,
  high: 3600,
  scale: 'htk',
  areaNormalised: false,
  triangles: 'hertz',
  power: 2,
} as const;

/** Decibels under the loudest spot that are black: the rest is what an encoder leaves out. */
const depth = 50;

/** Frames a column at most, so that an hour costs no more than a minute. */
const maxFrames = 64;

/**
 * What stays of a recording when it is encoded again, resampled or made louder: the fingerprint of a
 * 32 x 32 picture of its mel spectrogram, low bands on top, 0..255 for -50..0 dB of its loudest spot.
 */
export function fingerprintAudio(audio: DecodedAudio): Fingerprint {
  return fingerprintOfGrey(spectrogramPicture(audio));
}

function spectrogramPicture({ channels, sampleRate: rate }: DecodedAudio): Uint8Array {
  const mono = mixToMono(channels);
  const decibels =
    rate < leastRate ? melDecibels(resample(mono, rate, leastRate), leastRate) : melDecibels(mono, rate);
  const loudest = decibels.reduce((most, value) => Math.max(most, value));
  return Uint8Array.from(decibels, (value) => Math.round(255 * Math.max(0, 1 + (value - loudest) / depth)));
}

/** [greySide bands, greySide times], each of the mean power of its time. */
function melDecibels(samples: Float32Array, rate: number): Float64Array {
  const window = Math.round(windowLength * rate);
  const fftSize = 2 ** Math.ceil(Math.log2(window));
  const analyse = melAnalyser({ ...bands, window, fftSize }, rate);
  const width = samples.length / greySide;
  const frames = Math.min(maxFrames, Math.max(1, Math.ceil((2 * width) / window)));
  const power = new Float64Array(greySide * greySide);
  for (let column = 0; column < greySide; column++) {
    for (let frame = 0; frame < frames; frame++) {
      const middle = (column + (frame + 0.5) / frames) * width;
      for (const [band, sum] of analyse(samples, Math.round(middle - window / 2)).entries()) {
        const at = band * greySide + column;
        power[at] = (power[at] as number) + sum / frames;
      }
    }
  }
  return power.map((value) => 10 * Math.log10(Math.max(value, 1e-30)));
}
