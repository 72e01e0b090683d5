import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDataset, scanDataset, splitDataset } from '@espalier/data';
import { expect, it, onTestFinished } from 'vitest';
import { generateSounds, synthesise } from './generate.js';
import { kinds, recorders, type SoundClass } from './registry.js';

async function folderOf(perClass: number, seed: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'espalier-sounds-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await generateSounds({ folder, perClass, seed });
  return folder;
}

async function hashesOf(perClass: number, seed: number): Promise<Map<string, string>> {
  const dataset = await readDataset(await folderOf(perClass, seed));
  expect(dataset.classes).toEqual(['healthy', 'knock', 'leak', 'rattle', 'whine']);
  const { examples } = await scanDataset(dataset, { maxCorruptFraction: 0 });
  return new Map(examples.map(({ id, contentHash }) => [id, contentHash]));
}

it('writes the same recordings for the same seed, and more of them on request', async () => {
  const five = await hashesOf(5, 1);
  expect(five.size).toBe(25);
  expect(new Set(five.values()).size).toBe(25);
  expect(await hashesOf(5, 1)).toEqual(five);
  const six = await hashesOf(6, 1);
  expect([...five].every(([id, hash]) => six.get(id) === hash)).toBe(true);
  const other = await hashesOf(5, 2);
  expect([...five].some(([id, hash]) => other.get(id) === hash)).toBe(false);
});

it('names the recorder in the file, so that a split can keep recorders apart', async () => {
  const { examples } = await readDataset(await folderOf(20, 1), { groupPattern: 'recorder' });
  expect(new Set(examples.map(({ group }) => group))).toEqual(new Set(Object.keys(recorders)));
  const split = splitDataset(examples, { seed: 1, validation: 0.2, test: 0.5 });
  const heard = [split.train, split.validation, split.test].map(
    (rows) => new Set(rows.map((row) => examples[row]?.group)),
  );
  expect(heard.map(({ size }) => size)).toEqual([3, 2, 5]);
});

const classes = Object.keys(kinds) as SoundClass[];

it('is a second long, mostly not clipped, and never silent', () => {
  for (const soundClass of classes) {
    for (let number = 0; number < 10; number++) {
      const samples = synthesise(soundClass, number, 1);
      expect(samples.length).toBe(16_000);
      expect(samples.every((sample) => Math.abs(sample) <= 1)).toBe(true);
      const clipped = samples.filter((sample) => Math.abs(sample) === 1).length;
      expect(clipped).toBeLessThan(100);
      expect(levelOf(samples)).toBeGreaterThan(-50);
    }
  }
});

it('does not tell a class by its level', () => {
  const ranges = classes.map((soundClass) => {
    const levels = Array.from({ length: 20 }, (_, number) => levelOf(synthesise(soundClass, number, 1)));
    return [Math.min(...levels), Math.max(...levels)] as const;
  });
  const loudestLow = Math.max(...ranges.map(([low]) => low));
  const faintestHigh = Math.min(...ranges.map(([, high]) => high));
  // All ranges share at least 8 dB.
  expect(faintestHigh - loudestLow).toBeGreaterThan(8);
});

/** Root mean square in decibels of full scale. */
function levelOf(samples: Float32Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  return 10 * Math.log10(power);
}
