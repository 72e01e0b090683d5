/**
 * Replays samplers and pruners on recorded grids and prints what each needs to find a configuration as good as
 * the best.
 *
 * node tools/dist/bench/search/main.js [grids...] [--seeds 20] [--strategies random+asha,tpe+asha]
 */
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { pruners, samplers } from '@espalier/search';
import { bestGain, gainOfTrial, replay, type Found, type Strategy } from './replay.js';
import { readGrid, type Grid } from './grid.js';

const FOLDER = fileURLToPath(new URL('../../../bench/search/grids', import.meta.url));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '20' },
    strategies: { type: 'string' },
  },
});

/** Good is what comes this near to the best of the grid. */
const GOOD = 0.99;

const everyStrategy = (): Strategy[] => [
  ...samplers.known().map((sampler) => ({ sampler, pruner: 'asha' })),
  ...pruners
    .known()
    .filter((pruner) => pruner !== 'asha')
    .map((pruner) => ({ sampler: 'random', pruner })),
];

function strategyOf(name: string): Strategy {
  const [sampler = '', pruner = 'asha'] = name.split('+');
  return { sampler, pruner };
}

const strategies = values.strategies?.split(',').map(strategyOf) ?? everyStrategy();

/** Writes a mean with the half width of its 95 % interval, by Student's t for about 20 seeds. */
function meanOf(numbers: readonly number[]): string {
  const mean = numbers.reduce((a, b) => a + b, 0) / numbers.length;
  const variance = numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0) / (numbers.length - 1);
  const half = 2.09 * Math.sqrt(variance / numbers.length);
  return `${Number(mean.toPrecision(3))} ± ${Number(half.toPrecision(2))}`;
}

const spentUntil = (found: readonly Found[], regret: number): Found =>
  found.find((one) => one.regret <= regret) ?? (found.at(-1) as Found);

async function measure(grid: Grid, strategy: Strategy): Promise<Record<string, string>> {
  const best = bestGain(grid);
  const good = best - GOOD * best;
  const runs: (readonly Found[])[] = [];
  for (let seed = 0; seed < Number(values.seeds); seed++) runs.push(await replay(grid, strategy, seed));
  const goods = runs.map((found) => spentUntil(found, good));
  const whole = runs.map((found) => spentUntil(found, 0));
  return {
    strategy: `${strategy.sampler}+${strategy.pruner}`,
    'GFLOP an example to 99 %': meanOf(goods.map(({ work }) => work / 1e9)),
    's to 99 %': meanOf(goods.map(({ seconds }) => seconds)),
    's to the best': meanOf(whole.map(({ seconds }) => seconds)),
  };
}

const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.json'));
for (const file of files) {
  const name = basename(file, '.json');
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const grid = await readGrid(join(FOLDER, file));
  const gains = grid.trials.map((trial) => gainOfTrial(trial, grid)).sort((a, b) => b - a);
  const near = gains.filter((gain) => gain >= GOOD * (gains[0] as number)).length;
  console.log(
    `\n${name}: ${gains.length} trials, the best ${gains[0]}, ${near} within 99 % of it. ${grid.origin}`,
  );
  const rows: Record<string, string>[] = [];
  for (const strategy of strategies) rows.push(await measure(grid, strategy));
  console.table(rows);
}
