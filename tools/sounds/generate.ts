import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWav } from '@espalier/data/testing';
import { createRandom } from '@espalier/base/random';
import { distract } from './distraction.js';
import { runMachine } from './machine.js';
import { recordWith, type Recorder } from './recorder.js';
import { SAMPLE_RATE } from './recording.js';
import { kinds, recorders, type SoundClass } from './registry.js';

export interface SoundOptions {
  /** Becomes a folder of class folders; files of an earlier run are replaced. */
  readonly folder: string;
  readonly perClass?: number;
  readonly seed?: number;
}

const names = Object.keys(recorders);

/**
 * Writes a small dataset of recordings of a machine, a second each at 16 kHz: healthy, knock, leak,
 * rattle and whine, as `<class>/<class>_<recorder>_<number>.wav`. Each depends on seed, class and
 * number alone, so a larger dataset contains the smaller one; every tenth is of the same recorder.
 */
export async function generateSounds({ folder, perClass = 40, seed = 1 }: SoundOptions): Promise<void> {
  for (const soundClass of Object.keys(kinds) as SoundClass[]) {
    await mkdir(join(folder, soundClass), { recursive: true });
    for (let number = 0; number < perClass; number++) {
      const name = `${soundClass}_${recorderOf(number)}_${String(number).padStart(4, '0')}.wav`;
      const samples = synthesise(soundClass, number, seed);
      await writeWav(join(folder, soundClass, name), samples, SAMPLE_RATE);
    }
  }
}

const recorderOf = (number: number): string => names[number % names.length] as string;

/** One recording before it is written, -1..1; recorders take turns. */
export function synthesise(soundClass: SoundClass, number: number, seed: number): Float32Array {
  const random = createRandom(seed, 'machine sound', soundClass, number);
  const recording = runMachine(random, 1);
  kinds[soundClass](recording, random);
  distract(recording, random);
  recordWith(recorders[recorderOf(number)] as Recorder, recording, random);
  return recording.samples;
}
