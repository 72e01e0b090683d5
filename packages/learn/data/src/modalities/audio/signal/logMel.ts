import type { LogMel } from '@espalier/transfer';
import { realTransform } from './fourier.js';
import { melFilters, type MelBands } from './mel.js';

export type Analysis = MelBands &
  Pick<LogMel, 'window' | 'power'> &
  Partial<Pick<LogMel, 'hann' | 'removeOffset' | 'preEmphasis'>>;

/**
 * The sums of the mel bands over the frame of `window` samples from `start`; samples outside of the
 * recording are silence. The result is written over by the next call.
 */
export type MelAnalyser = (samples: Float32Array, start: number) => Float64Array;

/** @throws RangeError where the FFT's size is odd or less than the window. */
export function melAnalyser(config: Analysis, sampleRate: number): MelAnalyser {
  const { fftSize, window: length, power } = config;
  if (fftSize % 2 !== 0 || fftSize < length) {
    throw new RangeError(`an FFT of ${fftSize} for a window of ${length} is odd or too small`);
  }
  const filters = melFilters(config, sampleRate);
  const hann = Float64Array.from(
    { length },
    // A periodic window would be 0 again at `length`, a symmetric one is so at its last sample.
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (config.hann === 'symmetric' ? length - 1 : length)),
  );
  const transform = realTransform(fftSize);
  const frame = new Float64Array(fftSize);
  const complex = new Float64Array(2 * fftSize + 2);
  const spectrum = new Float64Array(fftSize / 2 + 1);
  const sums = new Float64Array(config.bands);
  return (samples, start) => {
    for (let i = 0; i < length; i++) frame[i] = samples[start + i] ?? 0;
    shape(frame, length, config);
    for (let i = 0; i < length; i++) frame[i] = (hann[i] as number) * (frame[i] as number);
    transform(complex, frame);
    for (let bin = 0; bin < spectrum.length; bin++) {
      const [real, imaginary] = [complex[2 * bin] as number, complex[2 * bin + 1] as number];
      const energy = real * real + imaginary * imaginary;
      spectrum[bin] = power === 2 ? energy : Math.sqrt(energy);
    }
    for (const [band, { firstBin, weights }] of filters.entries()) {
      let sum = 0;
      for (let i = 0; i < weights.length; i++)
        sum += (weights[i] as number) * (spectrum[firstBin + i] as number);
      sums[band] = sum;
    }
    return sums;
  };
}

/** What Kaldi does to a frame before its window: its mean is taken away, and high tones are raised. */
function shape(frame: Float64Array, length: number, { removeOffset, preEmphasis = 0 }: Analysis): void {
  if (removeOffset === true) {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += frame[i] as number;
    for (let i = 0; i < length; i++) frame[i] = (frame[i] as number) - sum / length;
  }
  if (preEmphasis === 0) return;
  for (let i = length - 1; i > 0; i--)
    frame[i] = (frame[i] as number) - preEmphasis * (frame[i - 1] as number);
  frame[0] = (frame[0] as number) * (1 - preEmphasis);
}

/** Frames of a recording of `length` samples; 0 where it is shorter than a window. */
export function frameCount(length: number, config: LogMel): number {
  return config.frames ?? filledFrames(length, config);
}

/** Frames that samples fill. */
function filledFrames(length: number, { window, hop, centred }: LogMel): number {
  if (centred) return 1 + Math.floor(length / hop);
  return length < window ? 0 : 1 + Math.floor((length - window) / hop);
}

/**
 * `(log(max(mel, floor) + offset) - mean) / std` of each frame and band.
 *
 * @param samples at `sampleRate` hertz.
 * @param heard how many of them belong to the recording; the others fill it up
 * @returns [frames, bands], frame after frame, whatever the layout is: see `arrangeLogMel`.
 * @throws RangeError where the numbers of the representation contradict each other.
 */
export function logMel(
  samples: Float32Array,
  config: LogMel,
  sampleRate: number,
  heard = samples.length,
): Float32Array {
  const { bands, hop, window, centred, offset, floor = 0, mean, std, fill } = config;
  const analyse = melAnalyser(config, sampleRate);
  // Half a window more on both sides; librosa's frames lie so, too, where `window` is odd.
  const half = Math.ceil(window / 2);
  const signal = centred ? mirrored(samples, half) : samples;
  const frames = frameCount(samples.length, config);
  const own = fill === undefined ? frames : Math.min(frames, filledFrames(heard, config));
  const result = new Float32Array(frames * bands).fill(fill ?? 0);
  for (let frame = 0; frame < own; frame++) {
    for (const [band, sum] of analyse(signal, frame * hop).entries()) {
      result[frame * bands + band] = Math.log(Math.max(sum, floor) + offset);
    }
  }
  const lowest = config.range === undefined ? -Infinity : largestOf(result) - config.range;
  return result.map((value) => (Math.max(value, lowest) - mean) / std);
}

const largestOf = (values: Float32Array): number =>
  values.reduce((largest, value) => Math.max(largest, value), -Infinity);

/** Shape of a spectrogram in its layout, which `arrangeLogMel` gives it. */
export function logMelShape(length: number, config: LogMel): number[] {
  const sizes = { time: frameCount(length, config), band: config.bands, '1': 1 };
  return config.layout.split(',').map((axis) => sizes[axis as keyof typeof sizes]);
}

/** From [frames, bands] to the order of the layout; an axis of length 1 moves nothing. */
export function arrangeLogMel(values: Float32Array, { bands, layout }: LogMel): Float32Array {
  if (layout.indexOf('time') < layout.indexOf('band')) return values;
  const frames = values.length / bands;
  return values.map((_, i) => values[(i % frames) * bands + Math.floor(i / frames)] as number);
}

/** The signal with `margin` samples more on both sides, mirrored about the first and the last one. */
function mirrored(samples: Float32Array, margin: number): Float32Array {
  const period = Math.max(1, 2 * (samples.length - 1));
  return Float32Array.from({ length: samples.length + 2 * margin }, (_, i) => {
    const place = Math.abs(i - margin) % period;
    return samples[place < samples.length ? place : period - place] ?? 0;
  });
}
