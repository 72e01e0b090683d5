import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createDrawer, setsNamed } from './drawn.js';
import { measureHeads } from './heads.js';
import { openDrawn } from './opened.js';
import type { AnswerSetName } from './sets.js';
import { measureTrials } from './trials.js';

/**
 * Measures the effect of each change to the answer of a study by itself, on fresh examples: first of a head that is
 * fitted to the network's last features, then of the best of a few random trials.
 *
 *     node tools/dist/bench/answer/changes.js [sets ...] [--shared ../shared] [--seeds 1,2,3] [--trials 4]
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    shared: { type: 'string', default: '../shared' },
    seeds: { type: 'string', default: '1,2,3' },
    trials: { type: 'string', default: '4' },
  },
});
const scratch = join(tmpdir(), 'espalier-changes');
await mkdir(scratch, { recursive: true });
const draw = createDrawer({ shared: resolve(values.shared), scratch });

async function measure(name: AnswerSetName, seed: number): Promise<Record<string, number>> {
  const drawn = await draw(name, seed);
  const { session, backbone, unseen, cache } = await openDrawn(drawn, {
    space: { augmentation: { kind: 'choices', values: ['none'] } },
  });
  for (const candidate of session.candidates) await session.cache(candidate, 'none');
  const heads = await measureHeads(session, backbone, unseen.examples, cache);
  const trials = Number(values.trials) > 0 ? await measureTrials(session, unseen, Number(values.trials)) : {};
  await session.close();
  await rm(drawn.root, { recursive: true, force: true });
  return { ...heads, ...trials };
}

const table: Record<string, Record<string, string>> = {};
const sums: Record<string, number> = {};
const seeds = values.seeds.split(',').map(Number);
const names = setsNamed(positionals);
for (const name of names) {
  const found: Record<string, number>[] = [];
  for (const seed of seeds) found.push(await measure(name, seed));
  const means = Object.keys(found[0] ?? {}).map((column): [string, number] => [
    column,
    found.reduce((sum, row) => sum + (row[column] as number), 0) / found.length,
  ]);
  table[name] = Object.fromEntries(means.map(([column, mean]) => [column, (100 * mean).toFixed(1)]));
  for (const [column, mean] of means) sums[column] = (sums[column] ?? 0) + mean / names.length;
  console.log(name, JSON.stringify(table[name]));
}
table['mean'] = Object.fromEntries(
  Object.entries(sums).map(([column, mean]) => [column, (100 * mean).toFixed(1)]),
);
console.table(table);
