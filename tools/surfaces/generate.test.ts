import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDataset, scanDataset } from '@espalier/data';
import { expect, it, onTestFinished } from 'vitest';
import { drawSurface, generateSurfaces } from './generate.js';

async function hashesOf(perClass: number, seed: number): Promise<Map<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'espalier-surfaces-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await generateSurfaces({ folder, perClass, seed, size: 32 });
  const dataset = await readDataset(folder);
  expect(dataset.classes).toEqual(['pitted', 'scratch', 'sound', 'stained']);
  const { examples } = await scanDataset(dataset, { maxCorruptFraction: 0 });
  return new Map(examples.map(({ id, contentHash }) => [id, contentHash]));
}

it('writes the same pictures for the same seed, and more of them on request', async () => {
  const six = await hashesOf(6, 1);
  expect(six.size).toBe(24);
  expect(new Set(six.values()).size).toBe(24);
  expect(await hashesOf(6, 1)).toEqual(six);
  const seven = await hashesOf(7, 1);
  expect([...six].every(([id, hash]) => seven.get(id) === hash)).toBe(true);
  const other = await hashesOf(6, 2);
  expect([...six].some(([id, hash]) => other.get(id) === hash)).toBe(false);
});

it('draws the same scene at any size', () => {
  const meanOf = (size: number): number => {
    const { data } = drawSurface('stained', 1, 1, size);
    return data.reduce((sum, value) => sum + value, 0) / data.length;
  };
  expect(Math.abs(meanOf(48) - meanOf(96))).toBeLessThan(1.5);
});
