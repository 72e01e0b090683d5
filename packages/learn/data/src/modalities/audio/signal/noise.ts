import { createRandom } from '@espalier/base/random';
import type { AudioNoise } from '../views.js';

/**
 * The samples with noise over them, its power exactly `ratio` decibels under theirs. Silence stays
 * silence: there is nothing to be relative to.
 */
export function withNoise(samples: Float32Array, noise: AudioNoise): Float32Array {
  const random = createRandom('audio noise', noise.colour, noise.seed);
  const white = Float64Array.from(samples, () => random.normal());
  const over = noise.colour === 'white' ? white : white.map(pinkFilter());
  const scale = Math.sqrt(powerOf(samples) / powerOf(over)) * 10 ** (-noise.ratio / 20);
  return Number.isFinite(scale) ? samples.map((sample, i) => sample + scale * (over[i] as number)) : samples;
}

/**
 * A filter for samples one after the other that makes white noise fall by 3 dB an octave, within 0.5 dB:
 * three poles in parallel, the economical version of Kellet's filter (musicdsp.org, "pink noise filter",
 * 1999).
 */
export function pinkFilter(): (sample: number) => number {
  let [low, middle, high] = [0, 0, 0];
  return (sample) => {
    low = 0.99765 * low + sample * 0.099046;
    middle = 0.963 * middle + sample * 0.2965164;
    high = 0.57 * high + sample * 1.0526913;
    return low + middle + high + sample * 0.1848;
  };
}

function powerOf(samples: Float32Array | Float64Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return sum / samples.length;
}
