import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runStudy } from '@espalier/runner';
import { findBackbone } from '@espalier/sdk';
import { studyRequestSchema, type Range } from '@espalier/study';

/**
 * Searches of 1, 4, 16 and 64 heads of one backbone, which train side by side: seconds from the start of the first
 * trial to the end of the last. The limit is that 64 take at most 3 times as long as one.
 *
 *     node tools/dist/bench/besides.js <dataset> <backbone> [--epochs 5] [--rounds 3] [--dropout 0.1] [--depth 19]
 *
 * The depth is the number of the backbone's stages.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    epochs: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    dropout: { type: 'string', default: '0.1' },
    depth: { type: 'string', default: '19' },
  },
});
const [dataset, reference] = positionals;
if (dataset === undefined || reference === undefined) {
  console.error('Usage: besides <dataset> <backbone> [--epochs 5] [--rounds 3] [--dropout 0.1] [--depth 19]');
  process.exit(2);
}
const backbone = await findBackbone(reference);
const folder = mkdtempSync(join(tmpdir(), 'espalier-besides-'));
const list = (...values: readonly (number | string)[]): Range => ({ kind: 'choices', values });

interface Measured {
  /** From the start of the first trial to the end of the last. */
  readonly seconds: number;
  /** Of those the epochs, without starting, compiling and ending. */
  readonly training: number;
}

/** Runs a study of some heads from a cache that is filled. */
async function search(heads: number, round: number): Promise<Measured> {
  const rates = Array.from({ length: heads }, (_, i) => 1e-4 * 10 ** ((3 * i) / 64));
  const settings = studyRequestSchema.parse({
    command: 'tools/bench/besides',
    dataset: { path: resolve(dataset as string) },
    backbones: [reference],
    ...{ sampler: 'grid', pruner: 'none', baseline: false, seed: 1, folds: 0 },
    space: {
      ...{ freezeDepth: list(Number(values.depth)), learningRate: list(...rates), layerDecay: list(1) },
      ...{ weightDecay: list(0.01), augmentation: list('none'), dropout: list(Number(values.dropout)) },
    },
    training: { patience: null },
    budget: { trials: null, epochs: Number(values.epochs) },
  });
  let [first, last, training] = [NaN, NaN, 0];
  await runStudy(settings, {
    ...{ folder: join(folder, `${heads}-${round}`), backbones: [backbone] },
    environment: { cache: { folder: join(folder, 'cache'), bytes: 20e9 } },
    onEvent: (event) => {
      if (event.kind === 'epoch') training += event.record.seconds;
      if (event.kind === 'trial-started' && Number.isNaN(first)) first = performance.now();
      if (event.kind === 'trial-ended') last = performance.now();
    },
  });
  return { seconds: (last - first) / 1000, training };
}

const counts = [1, 4, 16, 64];
await search(1, -1);
const least = new Map<number, Measured>();
for (let round = 0; round < Number(values.rounds); round++) {
  for (const heads of counts) {
    const found = await search(heads, round);
    const known = least.get(heads);
    if (known === undefined || found.seconds < known.seconds) least.set(heads, found);
  }
}
rmSync(folder, { recursive: true, force: true });
const one = least.get(1) as Measured;
console.log(
  `${cpus().length} cores, ${cpus()[0]?.model}; ${values.epochs} epochs, the best of ${values.rounds} rounds`,
);
console.table(
  counts.map((heads) => {
    const { seconds, training } = least.get(heads) as Measured;
    return {
      heads,
      seconds: seconds.toFixed(2),
      'of one': (seconds / one.seconds).toFixed(1),
      'in epochs': training.toFixed(2),
      'of one in epochs': (training / one.training).toFixed(1),
    };
  }),
);
