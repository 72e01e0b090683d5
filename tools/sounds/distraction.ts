import type { Random } from '@espalier/base/random';
import { highPass, inSeries, lowPass, resonator } from './filters.js';
import { amplitude, between, lay, SAMPLE_RATE, type Recording } from './recording.js';

/** Adds background sounds of the hall, which occur with every class and carry no information. */
export function distract(recording: Recording, random: Random): void {
  if (random.uniform() < 0.5) bump(recording, random);
  if (random.uniform() < 0.4) blow(recording, random);
  if (random.uniform() < 0.3) beep(recording, random);
}

/** Something is put down, once or twice. */
function bump(recording: Recording, random: Random): void {
  const ring = resonator(between(random, 150, 3500), between(random, 0.004, 0.03));
  const level = amplitude(between(random, -34, -14));
  const blows = new Map(
    Array.from({ length: 1 + random.integer(2) }, () => [random.integer(recording.samples.length), level]),
  );
  lay(recording, (_, index) => ring(blows.get(index) ?? 0));
}

/** A short blow of air, elsewhere. */
function blow(recording: Recording, random: Random): void {
  const colour = inSeries(highPass(between(random, 500, 3000)), lowPass(between(random, 3000, 7000)));
  const level = amplitude(between(random, -38, -20));
  const [from, length] = [between(random, 0, 0.8), between(random, 0.08, 0.3)];
  lay(recording, (time) => {
    const part = (time - from) / length;
    const loud = part > 0 && part < 1 ? level * Math.sin(Math.PI * part) : 0;
    return loud * colour(random.normal());
  });
}

/** A signal, far away. */
function beep(recording: Recording, random: Random): void {
  const step = (2 * Math.PI * between(random, 900, 3500)) / SAMPLE_RATE;
  const level = amplitude(between(random, -46, -30));
  const [from, length] = [between(random, 0, 0.8), between(random, 0.1, 0.3)];
  lay(recording, (time, index) => (time > from && time < from + length ? level * Math.sin(step * index) : 0));
}
