import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { generateSurfaces } from '../surfaces/generate.js';

/** Draws the surfaces, searches on them and classifies pictures the search never saw. */
const cli = fileURLToPath(new URL('../../../apps/cli/bin/espalier.js', import.meta.url));
const dataset = 'demo-data/surfaces';
const unseen = 'demo-data/unseen';

function espalier(...args: string[]): void {
  console.log(`\n> espalier ${args.join(' ')}`);
  const { status } = spawnSync(process.execPath, [cli, ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

function freshFolder(): string {
  let number = 1;
  while (existsSync(`results/demo-${number}`)) number++;
  return `results/demo-${number}`;
}

console.log(`Drawing 40 pictures for each of four classes of surfaces in ${dataset} ...`);
await generateSurfaces({ folder: dataset, perClass: 40, seed: 1 });
await generateSurfaces({ folder: unseen, perClass: 2, seed: 2 });
const out = freshFolder();
const budget = ['--trials', '12', '--epochs', '20', '--patience', '8', '--test', '0.25', '--seed', '1'];
espalier('search', dataset, '--out', out, ...budget, '--cache', 'demo-data/cache');
espalier('predict', out, unseen);
