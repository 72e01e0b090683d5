import type { Random } from '@espalier/base/random';
import { jittered } from '../../draw.js';
import { noiseReader, type NoiseBank } from './noise.js';
import { createBiquad, filtered, SAMPLE_RATE, sineOf, tuneBand, type Biquad } from './signal.js';
import type { Band, Formants, Harmonic, Partial, Source } from './source.js';

/** Samples between two settings of what glides. */
const BLOCK = 64;

/** Adds one instance of a source to `target`; its numbers vary a little. */
export function renderSource(target: Float32Array, source: Source, bank: NoiseBank, random: Random): void {
  switch (source.kind) {
    case 'harmonic':
      return renderHarmonic(target, source, random);
    case 'partials':
      return renderPartials(target, source.partials, random);
    case 'fm':
      return renderFm(target, source, random);
    case 'chirp':
      return renderChirp(target, source, random);
    case 'noise':
      return renderNoise(target, source.bands, bank, random);
    case 'pulses':
      return renderPulses(target, source, random);
    case 'formants':
      return renderFormants(target, source, bank, random);
  }
}

function renderHarmonic(target: Float32Array, { pitch, period, vibrato }: Harmonic, random: Random): void {
  const step = jittered(random, pitch) / SAMPLE_RATE;
  const [rate, depth] = [jittered(random, vibrato.rate) / SAMPLE_RATE, jittered(random, vibrato.depth)];
  const start = random.uniform();
  let turns = random.uniform();
  for (let i = 0; i < target.length; i++) {
    turns += step * (depth === 0 ? 1 : 1 + depth * sineOf(start + rate * i));
    const at = (turns - Math.floor(turns)) * period.length;
    target[i] = (target[i] as number) + (period[Math.floor(at)] as number);
  }
}

function renderPartials(target: Float32Array, partials: readonly Partial[], random: Random): void {
  // All are moved by the same share: what they are to each other is what the class is.
  const share = jittered(random, 1);
  for (const { frequency, level } of partials) {
    const step = (frequency * share) / SAMPLE_RATE;
    const loud = level * Math.exp(0.3 * random.normal());
    const start = random.uniform();
    for (let i = 0; i < target.length; i++) {
      target[i] = (target[i] as number) + loud * sineOf(start + step * i);
    }
  }
}

function renderFm(target: Float32Array, source: Extract<Source, { kind: 'fm' }>, random: Random): void {
  const step = jittered(random, source.carrier) / SAMPLE_RATE;
  const swing = step * jittered(random, source.ratio);
  const index = jittered(random, source.index) / (2 * Math.PI);
  const [start, phase] = [random.uniform(), random.uniform()];
  for (let i = 0; i < target.length; i++) {
    const turns = start + step * i + index * sineOf(phase + swing * i);
    target[i] = (target[i] as number) + sineOf(turns);
  }
}

function renderChirp(target: Float32Array, source: Extract<Source, { kind: 'chirp' }>, random: Random): void {
  const [from, to] = [jittered(random, source.from), jittered(random, source.to)];
  const rate = jittered(random, source.rate) / SAMPLE_RATE;
  const start = random.uniform();
  let [turns, step] = [0, 0];
  for (let i = 0; i < target.length; i++) {
    if (i % BLOCK === 0) {
      const place = (start + rate * i) % 1;
      step = (from * (to / from) ** (place ** source.bend)) / SAMPLE_RATE;
    }
    turns += step;
    target[i] = (target[i] as number) + sineOf(turns);
  }
}

function renderNoise(target: Float32Array, bands: readonly Band[], bank: NoiseBank, random: Random): void {
  for (const band of bands) {
    const next = noiseReader(bank.white, random);
    const [first, second] = [tuned(band, random), tuned(band, random)];
    // A narrow band lets less of the noise through.
    const level = Math.sqrt(band.quality / band.centre);
    for (let i = 0; i < target.length; i++) {
      target[i] = (target[i] as number) + level * filtered(second, filtered(first, next()));
    }
  }
}

function renderPulses(
  target: Float32Array,
  source: Extract<Source, { kind: 'pulses' }>,
  random: Random,
): void {
  const interval = SAMPLE_RATE / jittered(random, source.rate);
  const blows = new Float32Array(target.length);
  for (let at = interval * random.uniform(); at < blows.length;) {
    blows[Math.floor(at)] = Math.exp(0.3 * random.normal());
    at += interval * Math.max(0.1, 1 + source.irregularity * random.normal());
  }
  for (const ring of source.rings) {
    const filter = tuned(ring, random);
    const level = Math.sqrt(ring.quality / ring.centre);
    for (let i = 0; i < target.length; i++) {
      target[i] = (target[i] as number) + level * filtered(filter, blows[i] as number);
    }
  }
}

function renderFormants(target: Float32Array, source: Formants, bank: NoiseBank, random: Random): void {
  const hiss = noiseReader(bank.white, random);
  const step = source.pitch === null ? null : jittered(random, source.pitch) / SAMPLE_RATE;
  const share = jittered(random, 1);
  const rate = jittered(random, source.rate) / SAMPLE_RATE;
  const start = random.uniform();
  const filters = source.from.map(() => createBiquad());
  let turns = random.uniform();
  for (let i = 0; i < target.length; i++) {
    if (i % BLOCK === 0) {
      const place = 0.5 + 0.5 * sineOf(start + rate * i);
      filters.forEach((filter, at) => {
        const [from, to] = [source.from[at] as number, source.to[at] as number];
        tuneBand(filter, share * from * (to / from) ** place, source.quality);
      });
    }
    // A pulse a period, and a breath of noise.
    let excitation = hiss() * (step === null ? 1 : 0.05);
    if (step !== null && (turns += step) >= 1) {
      turns -= 1;
      excitation += 8;
    }
    let sum = 0;
    for (const [at, filter] of filters.entries()) sum += filtered(filter, excitation) / (at + 1);
    target[i] = (target[i] as number) + sum;
  }
}

function tuned({ centre, quality }: Band, random: Random): Biquad {
  const filter = createBiquad();
  tuneBand(filter, jittered(random, centre), jittered(random, quality));
  return filter;
}
