import type { Random } from '@espalier/base/random';
import { amplitude, between, drift, lay, SAMPLE_RATE, type Recording } from '../recording.js';

/** A worn bearing: a high tone and a fainter one beside it, which swell once a turn of the shaft. */
export function soundWhine(recording: Recording, random: Random): void {
  const pitch = between(random, 1400, 4500);
  const wander = drift(random, 4);
  const level = amplitude(between(random, -38, -20));
  const depth = between(random, 0.2, 0.8);
  const turn = 2 * Math.PI * recording.rotation;
  const beside = between(random, 1.2, 1.6);
  let phase = between(random, 0, 2 * Math.PI);
  lay(recording, (time) => {
    phase += (2 * Math.PI * pitch * (1 + 0.012 * wander(time))) / SAMPLE_RATE;
    return level * (1 + depth * Math.sin(turn * time)) * (Math.sin(phase) + 0.4 * Math.sin(beside * phase));
  });
}
