import type { Random } from '@espalier/base/random';

/** In hertz. */
export const SAMPLE_RATE = 16_000;

/** A recording under way, and the machine that is heard. */
export interface Recording {
  /** About -1..1, not yet clipped. */
  readonly samples: Float32Array;
  /** Turns of the shaft a second. */
  readonly rotation: number;
}

/** Uniform between two bounds. */
export const between = (random: Random, low: number, high: number): number =>
  low + (high - low) * random.uniform();

/** An amplitude of a level in decibels. */
export const amplitude = (level: number): number => 10 ** (level / 20);

/** Adds to each sample what `sound` says of its time in seconds. */
export function lay({ samples }: Recording, sound: (time: number, index: number) => number): void {
  for (let i = 0; i < samples.length; i++) {
    samples[i] = (samples[i] as number) + sound(i / SAMPLE_RATE, i);
  }
}

/** Smooth random ups and downs about 0, within -1..1, of `rate` a second. */
export function drift(random: Random, rate: number): (time: number) => number {
  const knots = Array.from({ length: Math.ceil(2 * rate) + 3 }, () => between(random, -1, 1));
  return (time) => {
    const place = time * rate;
    const knot = Math.floor(place);
    const part = place - knot;
    const [from, to] = [knots[knot] ?? 0, knots[knot + 1] ?? 0];
    return from + (to - from) * part * part * (3 - 2 * part);
  };
}
