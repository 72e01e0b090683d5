import { describe, expect, it } from 'vitest';
import { readGrid, type Grid } from './grid.js';
import { bestGain, replay } from './replay.js';

const SEEDS = [0, 1, 2];

/** The work until a search has found a trial within 1 % of the best, of each seed. */
async function workToGood(grid: Grid, sampler: string, pruner: string): Promise<number[]> {
  const good = 0.01 * bestGain(grid);
  const runs = await Promise.all(SEEDS.map((seed) => replay(grid, { sampler, pruner }, seed, good)));
  return runs.map((found) => found.find(({ regret }) => regret <= good)?.work ?? NaN);
}

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

describe.each(['trec', 'digits'])('a replayed search of %s', (name) => {
  it('finds a good configuration with less work by default than random search and TPE', async () => {
    const grid = await readGrid(new URL(`grids/${name}.json`, import.meta.url));
    const own = mean(await workToGood(grid, 'transfer', 'asha'));
    expect(own).toBeLessThan(mean(await workToGood(grid, 'random', 'asha')) / 2);
    expect(own).toBeLessThan(mean(await workToGood(grid, 'tpe', 'asha')) / 1.5);
  });

  it('takes the same course with the same seed, and finds the best in the end', async () => {
    const grid = await readGrid(new URL(`grids/${name}.json`, import.meta.url));
    const [once, again] = await Promise.all(
      [7, 7].map((seed) => replay(grid, { sampler: 'tpe', pruner: 'none' }, seed)),
    );
    expect(again).toEqual(once);
    expect(once?.at(-1)?.regret).toBeLessThanOrEqual(0);
  });
});
