import type { Random } from '@espalier/base/random';
import { betweenLog, jittered } from '../../draw.js';
import { SAMPLE_RATE, sineOf } from './signal.js';

/** Loudness of a sound over time; rates in hertz, times in seconds. */
export type Envelope =
  | { readonly kind: 'steady' }
  /** Rises at once and dies away, again and again. */
  | { readonly kind: 'struck'; readonly rate: number; readonly decay: number }
  | { readonly kind: 'tremolo'; readonly rate: number; readonly depth: number }
  /** On and off; `share` of the time on. */
  | { readonly kind: 'bursts'; readonly rate: number; readonly share: number };

export function drawEnvelope(random: Random): Envelope {
  const way = random.uniform();
  if (way < 0.3) return { kind: 'steady' };
  if (way < 0.55) {
    return { kind: 'struck', rate: betweenLog(random, 0.9, 14), decay: betweenLog(random, 0.01, 0.4) };
  }
  if (way < 0.75)
    return { kind: 'tremolo', rate: betweenLog(random, 2, 35), depth: 0.4 + 0.6 * random.uniform() };
  return { kind: 'bursts', rate: betweenLog(random, 1.2, 16), share: 0.15 + 0.55 * random.uniform() };
}

/** Multiplies a sound by one instance of an envelope, from a random moment of it on. In place. */
export function shape(target: Float32Array, envelope: Envelope, random: Random): void {
  if (envelope.kind === 'steady') return;
  const rate = jittered(random, envelope.rate) / SAMPLE_RATE;
  const start = random.uniform();
  const loudness = loudnessOf(envelope, jittered(random, 1));
  let current = 0;
  for (let i = 0; i < target.length; i++) {
    const turns = start + rate * i;
    // No faster than in 2 ms, so that nothing clicks.
    current += (loudness(turns - Math.floor(turns)) - current) / 32;
    target[i] = (target[i] as number) * current;
  }
}

/** Loudness by the part of the envelope's period that has passed. */
function loudnessOf(
  envelope: Exclude<Envelope, { kind: 'steady' }>,
  share: number,
): (part: number) => number {
  switch (envelope.kind) {
    case 'struck': {
      const fall = -1 / (envelope.decay * share * envelope.rate);
      return (part) => Math.exp(fall * part);
    }
    case 'tremolo':
      return (part) => 1 - envelope.depth * (0.5 + 0.5 * sineOf(part));
    case 'bursts':
      return (part) => (part < envelope.share * share ? 1 : 0);
  }
}
