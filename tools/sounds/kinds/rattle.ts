import type { Random } from '@espalier/base/random';
import { resonator } from '../filters.js';
import { amplitude, between, lay, SAMPLE_RATE, type Recording } from '../recording.js';

/** A loose sheet: bright short clicks in clusters, without a beat. */
export function soundRattle(recording: Recording, random: Random): void {
  const rings = Array.from({ length: 3 }, () =>
    resonator(between(random, 1200, 5500), between(random, 0.0015, 0.005)),
  );
  const level = amplitude(between(random, -28, -12));
  const often = between(random, 25, 80) / SAMPLE_RATE;
  let loose = random.uniform() < 0.5;
  lay(recording, () => {
    // It is loose for about 80 ms, and quiet for as long.
    if (random.uniform() < 12 / SAMPLE_RATE) loose = !loose;
    const strikes = random.uniform() < (loose ? often : 0.1 * often);
    const blow = strikes ? level * Math.exp(0.6 * random.normal()) : 0;
    return rings.reduce((sum, ring) => sum + ring(blow), 0);
  });
}
