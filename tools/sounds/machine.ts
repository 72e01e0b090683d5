import type { Random } from '@espalier/base/random';
import { inSeries, highPass, lowPass } from './filters.js';
import { amplitude, between, drift, lay, SAMPLE_RATE, type Recording } from './recording.js';

/**
 * A motor that runs as it should: the hum of its shaft and of the mains, gears that mesh, the rush of
 * its fan. Each recording is of another machine at another load.
 */
export function runMachine(random: Random, seconds: number): Recording {
  const recording: Recording = {
    samples: new Float32Array(Math.round(seconds * SAMPLE_RATE)),
    rotation: between(random, 18, 34),
  };
  const load = drift(random, 3);
  hum(recording, random, load);
  mesh(recording, random, load);
  fan(recording, random, load);
  return recording;
}

type Load = (time: number) => number;

/** Harmonics of the shaft and of twice the mains. */
function hum(recording: Recording, random: Random, load: Load): void {
  const tones = [recording.rotation, 100].flatMap((base) =>
    Array.from({ length: 6 }, (_, i) => ({
      turns: 2 * Math.PI * base * (i + 1),
      level: 0.12 * (i + 1) ** -0.8 * Math.exp(0.5 * random.normal()),
      phase: between(random, 0, 2 * Math.PI),
    })),
  );
  lay(recording, (time) => {
    const sum = tones.reduce(
      (total, { turns, level, phase }) => total + level * Math.sin(turns * time + phase),
      0,
    );
    return sum * (1 + 0.2 * load(time));
  });
}

/** A faint tone of the gears, which is no fault. */
function mesh(recording: Recording, random: Random, load: Load): void {
  const turns = 2 * Math.PI * recording.rotation * (15 + random.integer(50));
  const level = amplitude(between(random, -50, -30));
  const wave = 2 * Math.PI * recording.rotation;
  lay(
    recording,
    (time) => level * (1 + 0.4 * Math.sin(wave * time) + 0.3 * load(time)) * Math.sin(turns * time),
  );
}

/** The rush of air, of a colour of its own. */
function fan(recording: Recording, random: Random, load: Load): void {
  const colour = inSeries(highPass(between(random, 60, 200)), lowPass(between(random, 300, 2500)));
  const level = amplitude(between(random, -26, -12));
  lay(recording, (time) => level * (1 + 0.3 * load(time)) * colour(random.normal()));
}
