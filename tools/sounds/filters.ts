import { SAMPLE_RATE } from './recording.js';

/** Takes a signal sample by sample. */
export type Filter = (sample: number) => number;

/** Falls by 6 dB an octave over its edge, in hertz. */
export function lowPass(edge: number): Filter {
  const share = 1 - Math.exp((-2 * Math.PI * edge) / SAMPLE_RATE);
  let slow = 0;
  return (sample) => (slow += share * (sample - slow));
}

export function highPass(edge: number): Filter {
  const low = lowPass(edge);
  return (sample) => sample - low(sample);
}

export const inSeries =
  (...filters: readonly Filter[]): Filter =>
  (sample) =>
    filters.reduce((value, filter) => filter(value), sample);

/**
 * Rings at a frequency when it is struck, and dies away.
 *
 * @param frequency in hertz
 * @param decay seconds to a third
 * @returns for a blow of 1 a ring that starts near 1
 */
export function resonator(frequency: number, decay: number): Filter {
  const radius = Math.exp(-1 / (decay * SAMPLE_RATE));
  const angle = (2 * Math.PI * frequency) / SAMPLE_RATE;
  const [cos, sin] = [radius * Math.cos(angle), radius * Math.sin(angle)];
  let [real, imaginary] = [0, 0];
  return (sample) => {
    [real, imaginary] = [real * cos - imaginary * sin + sample, real * sin + imaginary * cos];
    return imaginary;
  };
}
