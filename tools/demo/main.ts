import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { generateSounds } from '../sounds/generate.js';
import { generateSurfaces } from '../surfaces/generate.js';

/**
 * Searches on a small dataset of one modality, offline, and classifies examples the search never saw. It runs
 * from the sources, which takes a second more than what is compiled, and no compiling.
 * Usage: npm run demo [-- --text | --audio]
 */
const cli = fileURLToPath(new URL('../../apps/cli/src/main.ts', import.meta.url));
/** The demo leaves nothing behind, and is the same each time. */
const apart = ['--cache', 'demo-data/cache', '--experience', 'none'];

function espalier(...args: string[]): void {
  console.log(`\n> espalier ${args.join(' ')}`);
  const { status } = spawnSync(process.execPath, [...process.execArgv, cli, ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

function freshFolder(name: string): string {
  let number = 1;
  while (existsSync(`results/${name}-${number}`)) number++;
  return `results/${name}-${number}`;
}

/** Pictures of surfaces with defects. */
async function images(): Promise<void> {
  const [dataset, unseen] = ['demo-data/surfaces', 'demo-data/unseen'];
  console.log(`Drawing 40 pictures for each of four classes of surfaces in ${dataset} ...`);
  await generateSurfaces({ folder: dataset, perClass: 40, seed: 1 });
  await generateSurfaces({ folder: unseen, perClass: 2, seed: 2 });
  const out = freshFolder('demo');
  const budget = ['--trials', '8', '--epochs', '12', '--patience', '4', '--test', '0.25', '--seed', '1'];
  espalier('search', dataset, '--out', out, ...budget, ...apart);
  espalier('predict', out, unseen);
}

/** Messages to a shop's customer support, in five intents. */
async function texts(): Promise<void> {
  const dataset = fileURLToPath(new URL('../messages/messages.tsv', import.meta.url));
  const out = freshFolder('demo-text');
  const budget = ['--trials', '10', '--epochs', '15', '--test', '0.25', '--seed', '1'];
  espalier('search', dataset, '--text', 'text', '--label', 'label', '--out', out, ...budget, ...apart);
  espalier(
    'predict',
    out,
    'the parcel says delivered but nothing is here',
    'it will not start since the update',
  );
}

/** Recordings of a machine, healthy and with four faults, by several recorders. */
async function recordings(): Promise<void> {
  const [dataset, unseen] = ['demo-data/sounds', 'demo-data/unseen-sounds'];
  console.log(`Synthesising 40 recordings for each of five states of a machine in ${dataset} ...`);
  await generateSounds({ folder: dataset, perClass: 40, seed: 1 });
  await generateSounds({ folder: unseen, perClass: 1, seed: 2 });
  const out = freshFolder('demo-audio');
  const budget = ['--trials', '8', '--epochs', '15', '--test', '0.25', '--seed', '1'];
  espalier('search', dataset, '--out', out, ...budget, ...apart);
  espalier('predict', out, unseen);
}

const { values } = parseArgs({ options: { text: { type: 'boolean' }, audio: { type: 'boolean' } } });
const demo = values.text === true ? texts : values.audio === true ? recordings : images;
await demo();
