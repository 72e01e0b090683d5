import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { onnxFile } from '@espalier/plugin-onnx-file';
import { lastLineOf } from './lastLine.js';

/**
 * A whole study, 4 freeze depths x 4 learning rates x 5 epochs, against the loop one writes in PyTorch.
 *
 *     node tools/dist/bench/study.js <dataset> <backbone> [--python python3] [--peer-rates 1e-3]
 *
 * The peer's time does not depend on the learning rate: `--peer-rates` may name fewer than all, and
 * the time of a depth then counts for each rate that was left out.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    python: { type: 'string', default: 'python3' },
    depths: { type: 'string', default: '19,18,17,16' },
    rates: { type: 'string', default: '3e-4,1e-3,3e-3,1e-2' },
    'peer-rates': { type: 'string' },
    epochs: { type: 'string', default: '5' },
    batch: { type: 'string', default: '32' },
  },
});
const [dataset, backbone] = positionals.map((path) => resolve(path));
if (dataset === undefined || backbone === undefined) {
  console.error('Usage: study <dataset> <backbone> [--python python3] [--peer-rates 1e-3]');
  process.exit(2);
}

interface Trial {
  readonly depth: number;
  readonly rate: number;
  readonly seconds: number;
  readonly validation: number;
  readonly test?: number;
}
interface Ours {
  readonly seconds: number;
  readonly validation: number;
  readonly test: number;
  readonly trials: readonly Trial[];
  readonly peakMegabytes: number;
}
interface Theirs {
  readonly decoding: number;
  readonly trials: readonly Trial[];
  readonly peakMegabytes: number;
  readonly version: string;
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The file that the peer reads; a backbone may be a file, its folder or its description. */
async function modelFileOf(reference: string): Promise<string> {
  const { source } = await onnxFile(reference);
  if (source.kind === 'file' && existsSync(source.path)) return source.path;
  throw new Error(`${reference} leads to no model file`);
}

/** Ours first, for it writes what the peer reads. */
async function runBoth(folder: string): Promise<[Ours, Theirs]> {
  const program = here('study-worker.js');
  const args = [dataset as string, backbone as string, folder, depths, rates, epochs, batch];
  const ours = await lastLineOf<Ours>(process.execPath, [program, ...args]);
  console.error(`Espalier: ${ours.seconds.toFixed(0)} s`);
  const task = [join(folder, 'split.json'), model, join(folder, 'depths.json')];
  const peer = here('../../bench/peers/study.py');
  return [ours, await lastLineOf<Theirs>(python, [peer, ...task, peerRates, epochs, batch])];
}

const { depths, rates, epochs, batch, python } = values;
const peerRates = values['peer-rates'] ?? rates;
const model = await modelFileOf(backbone);
console.log(
  `${cpus().length} cores, ${cpus()[0]?.model}; depths ${depths}, rates ${rates}, ${epochs} epochs, batch ${batch}`,
);
const folder = mkdtempSync(join(tmpdir(), 'espalier-bench-'));
const [ours, theirs] = await runBoth(folder).finally(() => rmSync(folder, { recursive: true, force: true }));
const repeats = rates.split(',').length / peerRates.split(',').length;
const theirSeconds = theirs.decoding + repeats * theirs.trials.reduce((sum, { seconds }) => sum + seconds, 0);
const best = theirs.trials.reduce((a, b) => (b.validation > a.validation ? b : a));
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
console.table(
  depths.split(',').map((depth) => {
    const total = (trials: readonly Trial[]): number =>
      trials.filter((trial) => trial.depth === Number(depth)).reduce((sum, { seconds }) => sum + seconds, 0);
    return {
      'freeze depth': depth,
      'PyTorch s': (repeats * total(theirs.trials)).toFixed(0),
      'Espalier s': total(ours.trials).toFixed(0),
    };
  }),
);
console.table([
  {
    program: `PyTorch ${theirs.version}, prefix recomputed`,
    seconds: theirSeconds.toFixed(0),
    'trials run': theirs.trials.length,
    'best validation': percent(best.validation),
    'its test': percent(best.test as number),
    'peak MB': Math.round(theirs.peakMegabytes),
  },
  {
    program: 'Espalier, empty cache',
    seconds: ours.seconds.toFixed(0),
    'trials run': ours.trials.length,
    'best validation': percent(ours.validation),
    'its test': percent(ours.test),
    'peak MB': Math.round(ours.peakMegabytes),
  },
]);
console.log(`Espalier is ${(theirSeconds / ours.seconds).toFixed(1)} times as fast.`);
