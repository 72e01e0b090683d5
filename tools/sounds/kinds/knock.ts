import type { Random } from '@espalier/base/random';
import { resonator } from '../filters.js';
import { amplitude, between, lay, SAMPLE_RATE, type Recording } from '../recording.js';

/** Something loose strikes the housing every second or third turn: dull, and regular. */
export function soundKnock(recording: Recording, random: Random): void {
  const rings = [between(random, 180, 500), between(random, 500, 1300)].map((frequency) =>
    resonator(frequency, between(random, 0.006, 0.02)),
  );
  const level = amplitude(between(random, -20, -4));
  const interval = ((2 + random.integer(2)) * SAMPLE_RATE) / recording.rotation;
  let next = interval * random.uniform();
  lay(recording, (_, index) => {
    let blow = 0;
    if (index >= next) {
      blow = level * Math.exp(0.25 * random.normal());
      next += interval * (1 + 0.03 * random.normal());
    }
    return rings.reduce((sum, ring) => sum + ring(blow), 0);
  });
}
