import type { Random } from '@espalier/base/random';
import { highPass, inSeries, lowPass, resonator } from './filters.js';
import { amplitude, between, lay, SAMPLE_RATE, type Recording } from './recording.js';

/** A device and how it is set up: what it does to all that it records. */
export interface Recorder {
  /** Of the sound, in decibels. */
  readonly gain: number;
  /** Its own noise and the mains it picks up, in decibels of full scale. */
  readonly noise: number;
  readonly hum: number;
  /** Edges of what it hears, in hertz. */
  readonly low: number;
  readonly high: number;
  /** Resonance frequency of the housing, in hertz. */
  readonly resonance: number;
}

/** Hears the machine through a recorder; from here on it is clipped to -1..1. */
export function recordWith(recorder: Recorder, recording: Recording, random: Random): void {
  const { samples } = recording;
  const gain = amplitude(recorder.gain + between(random, -3, 3));
  const band = inSeries(highPass(recorder.low), lowPass(recorder.high), lowPass(recorder.high));
  const housing = resonator(recorder.resonance, 0.002);
  for (let i = 0; i < samples.length; i++) {
    const heard = band(samples[i] as number);
    samples[i] = gain * (heard + 0.03 * housing(heard));
  }
  const [noise, hum] = [amplitude(recorder.noise + between(random, -3, 3)), amplitude(recorder.hum)];
  const step = (2 * Math.PI * 50) / SAMPLE_RATE;
  const phase = between(random, 0, 2 * Math.PI);
  lay(recording, (_, index) => {
    const mains = Math.sin(step * index + phase) + 0.5 * Math.sin(3 * step * index + phase);
    return noise * random.normal() + hum * mains;
  });
  for (let i = 0; i < samples.length; i++) samples[i] = Math.max(-1, Math.min(1, samples[i] as number));
}
