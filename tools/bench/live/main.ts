/**
 * A search as it is by default against Optuna driving PyTorch on the same space, and against one run with
 * AutoGluon's defaults in PyTorch, all on one thread and by the processor's seconds.
 *
 * node tools/dist/bench/live/main.js <sets of bench/answer> --shared <folder> [--python python3] [--seeds 1,2,3]
 *   [--trials 12] [--epochs 9] [--times 40]
 *
 * Optuna ends once it has reached the validation accuracy of the search, or has taken so many times its seconds.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createDrawer, setsNamed } from '../answer/drawn.js';
import type { AnswerSetName } from '../answer/sets.js';
import { lastLineOf } from '../lastLine.js';
import type { Point, Task } from './task.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    shared: { type: 'string', default: '../shared' },
    python: { type: 'string', default: 'python3' },
    seeds: { type: 'string', default: '1,2,3,4,5' },
    trials: { type: 'string', default: '12' },
    epochs: { type: 'string', default: '9' },
    times: { type: 'string', default: '40' },
  },
});

interface Ours {
  readonly seconds: number;
  readonly curve: readonly Point[];
  /** Accuracy on fresh examples. */
  readonly test: number;
  readonly name: string;
  readonly trials: number;
}

interface Theirs extends Omit<Ours, 'name'> {
  readonly validation: number;
  readonly version: string;
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Seconds until an accuracy was reached; Infinity where it was not. */
const secondsTo = (curve: readonly Point[], accuracy: number): number =>
  curve.find(([, value]) => value >= accuracy)?.[0] ?? Infinity;

interface Compared {
  readonly ours: Ours;
  readonly optuna: Theirs;
  readonly fixed: Theirs;
}

const scratch = join(tmpdir(), 'espalier-live');
await mkdir(scratch, { recursive: true });
const draw = createDrawer({ shared: resolve(values.shared), scratch });

async function compare(name: AnswerSetName, seed: number): Promise<Compared> {
  const drawn = await draw(name, seed);
  const folder = join(drawn.root, 'task');
  const task: Task = { drawn, seed, epochs: Number(values.epochs), trials: Number(values.trials), folder };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'ours.json'), JSON.stringify(task));
  const ours = await lastLineOf<Ours>(process.execPath, [here('ours.js'), join(folder, 'ours.json')]);
  const peer = (kind: string, seconds: number, target: number): Promise<Theirs> =>
    lastLineOf(values.python, [
      here('../../../bench/peers/live.py'),
      kind,
      folder,
      String(seed),
      String(seconds),
      String(target),
    ]);
  const best = ours.curve.at(-1)?.[1] ?? 1;
  const optuna = await peer('optuna', Number(values.times) * ours.seconds, best);
  const fixed = await peer('fixed', ours.seconds, 1);
  await rm(drawn.root, { recursive: true, force: true });
  return { ours, optuna, fixed };
}

const percent = (share: number | null): string => (share === null ? '-' : (100 * share).toFixed(1));

function rowOf(name: string, seed: number, { ours, optuna, fixed }: Compared): Record<string, unknown> {
  const best = ours.curve.at(-1)?.[1] ?? 0;
  const common = Math.min(best, optuna.validation);
  const [own, theirs] = [secondsTo(ours.curve, common), secondsTo(optuna.curve, common)];
  return {
    ...{ set: name, seed, 'best validation': percent(best), "Optuna's": percent(optuna.validation) },
    ...{ 'both reach': percent(common), 'in s': own.toFixed(1), 'Optuna in s': theirs.toFixed(1) },
    ratio: (theirs / own).toFixed(1),
    ...{ 'whole s': ours.seconds.toFixed(0), fresh: percent(ours.test), answer: ours.name },
    ...{ "Optuna's fresh": percent(optuna.test), 'its s': optuna.seconds.toFixed(0) },
    ...{ 'fixed fresh': percent(fixed.test), 'fixed s': fixed.seconds.toFixed(0) },
  };
}

const rows: Record<string, unknown>[] = [];
for (const name of setsNamed(positionals)) {
  for (const seed of values.seeds.split(',').map(Number)) {
    const row = rowOf(name, seed, await compare(name, seed));
    rows.push(row);
    console.log(JSON.stringify(row));
  }
}
console.table(rows);
