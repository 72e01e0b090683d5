import type { Random } from '@espalier/base/random';
import { highPass, inSeries, lowPass } from '../filters.js';
import { amplitude, between, drift, lay, type Recording } from '../recording.js';

/** Air that escapes through a gap: a steady hiss that flutters. */
export function soundLeak(recording: Recording, random: Random): void {
  const edge = between(random, 1800, 4500);
  const colour = inSeries(highPass(edge), highPass(edge), lowPass(between(random, 5000, 7500)));
  const level = amplitude(between(random, -32, -14));
  const flutter = drift(random, between(random, 12, 40));
  lay(recording, (time) => level * (1 + 0.4 * flutter(time)) * colour(random.normal()));
}
