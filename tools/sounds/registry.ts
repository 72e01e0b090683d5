import type { Random } from '@espalier/base/random';
import { soundHealthy } from './kinds/healthy.js';
import { soundKnock } from './kinds/knock.js';
import { soundLeak } from './kinds/leak.js';
import { soundRattle } from './kinds/rattle.js';
import { soundWhine } from './kinds/whine.js';
import type { Recorder } from './recorder.js';
import type { Recording } from './recording.js';

type Sound = (recording: Recording, random: Random) => void;

/** One class each; the name is the folder's. */
export const kinds = {
  healthy: soundHealthy,
  knock: soundKnock,
  leak: soundLeak,
  rattle: soundRattle,
  whine: soundWhine,
} as const satisfies Record<string, Sound>;

export type SoundClass = keyof typeof kinds;

/** They take turns; the name is a part of a file's. */
export const recorders: Readonly<Record<string, Recorder>> = {
  boom: { gain: -6, noise: -70, hum: -76, low: 30, high: 7500, resonance: 4200 },
  headset: { gain: -11, noise: -62, hum: -70, low: 150, high: 5200, resonance: 2600 },
  lapel: { gain: -15, noise: -66, hum: -58, low: 90, high: 6800, resonance: 3300 },
  logger: { gain: -19, noise: -64, hum: -52, low: 20, high: 4300, resonance: 1800 },
  phone: { gain: -8, noise: -64, hum: -78, low: 180, high: 6200, resonance: 2900 },
  pocket: { gain: -9, noise: -68, hum: -66, low: 60, high: 3800, resonance: 900 },
  probe: { gain: -5, noise: -60, hum: -50, low: 15, high: 6500, resonance: 1200 },
  scanner: { gain: -13, noise: -58, hum: -62, low: 100, high: 7200, resonance: 5000 },
  tablet: { gain: -9, noise: -62, hum: -72, low: 220, high: 5800, resonance: 2100 },
  webcam: { gain: -17, noise: -60, hum: -64, low: 130, high: 4800, resonance: 1500 },
};
