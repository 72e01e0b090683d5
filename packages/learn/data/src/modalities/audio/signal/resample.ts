/** Zero crossings of the sinc on each side, at the lower of the two rates. */
const crossings = 64;
/** Cut-off over the lower Nyquist frequency: the passband ends at 0.9 of it, the stopband begins at 1. */
const cutoff = 0.95;
/** Kaiser's formula for 100 dB: 0.1102 (A - 8.7). */
const beta = 0.1102 * (100 - 8.7);
/** Table entries a zero crossing; linear between them is right to -118 dB. */
const resolution = 1024;

/** Taps kept of all phases, 32 MB; rates that share no divisor have more, of which few come twice. */
const maxKept = 4e6;

/** One half of the windowed sinc, which is even. */
const kernel = Float64Array.from({ length: crossings * resolution + 2 }, (_, i) => {
  const x = i / resolution;
  if (x >= crossings) return 0;
  const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
  return (sinc * besselI0(beta * Math.sqrt(1 - (x / crossings) ** 2))) / besselI0(beta);
});

/** The mean of the channels, as librosa's to_mono(). */
export function mixToMono(channels: readonly Float32Array[]): Float32Array {
  const [first, ...others] = channels;
  if (first === undefined) return new Float32Array();
  if (others.length === 0) return first;
  return first.map(
    (sample, i) => others.reduce((sum, other) => sum + (other[i] ?? 0), sample) / channels.length,
  );
}

/** Samples of a recording at another rate: `round(length * to / from)`. */
export function resampledLength(length: number, from: number, to: number): number {
  return Math.round((length * to) / from);
}

/**
 * Band-limited resampling (Smith, Digital Audio Resampling, 2002): each sample of the result is the
 * recording under a sinc, windowed by Kaiser, about its place; outside of the recording is silence.
 * Up to 0.9 of the lower Nyquist frequency it is right to 0.01 dB, aliases are under -90 dB.
 *
 * @param from rate of the samples in hertz, a positive integer, as `to` is.
 * @param start first sample of the result that is wanted, and `length` how many, so that a cut of a
 * long recording costs no more than a short one. Both are in the result's rate.
 */
export function resample(
  samples: Float32Array,
  from: number,
  to: number,
  start = 0,
  length: number = resampledLength(samples.length, from, to) - start,
): Float32Array {
  if (from === to) return cut(samples, start, length);
  const divisor = greatestCommonDivisor(from, to);
  const [up, down] = [to / divisor, from / divisor];
  // Zero crossings of the kernel a sample: fewer where the rate falls, so that the filter is longer.
  const scale = cutoff * Math.min(1, to / from);
  const half = Math.ceil(crossings / scale);
  const phases = new Map<number, Float64Array>();
  const result = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    // The place is whole + phase / up, exactly.
    const place = (start + i) * down;
    const whole = Math.floor(place / up);
    const phase = place - whole * up;
    let taps = phases.get(phase);
    if (taps === undefined) {
      taps = tapsOf(phase / up, half, scale);
      if (up * taps.length <= maxKept) phases.set(phase, taps);
    }
    result[i] = weighted(samples, taps, whole - half + 1);
  }
  return result;
}

/** The kernel at the samples from `half - 1` before to `half` after; their sum is 1. */
function tapsOf(fraction: number, half: number, scale: number): Float64Array {
  const taps = new Float64Array(2 * half);
  let sum = 0;
  for (let k = 0; k < taps.length; k++) {
    const x = Math.min(crossings, Math.abs(k - half + 1 - fraction) * scale) * resolution;
    const index = Math.floor(x);
    const below = kernel[index] ?? 0;
    const value = below + (x - index) * ((kernel[index + 1] ?? 0) - below);
    taps[k] = value;
    sum += value;
  }
  for (let k = 0; k < taps.length; k++) taps[k] = (taps[k] as number) / sum;
  return taps;
}

function weighted(samples: Float32Array, taps: Float64Array, first: number): number {
  const begin = Math.max(0, -first);
  const end = Math.min(taps.length, samples.length - first);
  let sum = 0;
  for (let k = begin; k < end; k++) sum += (taps[k] as number) * (samples[first + k] as number);
  return sum;
}

/** A copy of `length` samples from `start`, silence where there are none. */
function cut(samples: Float32Array, start: number, length: number): Float32Array {
  const result = new Float32Array(length);
  result.set(samples.subarray(start, start + length));
  return result;
}

/** The modified Bessel function of order 0, by its series. */
function besselI0(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
