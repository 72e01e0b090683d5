import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { spawnSync } from 'node:child_process';
import { columnsOf, measure, takeTurns } from './turns.js';

/**
 * The time of a training step of a BERT-base-shaped encoder against PyTorch, in one run, taking turns.
 * Usage: node tools/dist/bench/bert.js [--python python3] [--rounds 3] [--optimizer adamw]
 */
const { values } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '20' },
    optimizer: { type: 'string', default: 'adamw' },
    batch: { type: 'string', default: '16' },
    length: { type: 'string', default: '128' },
  },
});

/** Blocks of 12 that are frozen; -1 trains the embeddings too. */
const cases = [
  { title: 'full', frozen: -1 },
  { title: 'top 6 blocks', frozen: 6 },
  { title: 'head alone', frozen: 12 },
] as const;

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const peer = here('../../bench/peers/bert.py');

function compare(model: string, { title, frozen }: (typeof cases)[number]): object {
  const common = [String(frozen), values.batch, values.length, values.optimizer, values.seconds];
  const rounds = takeTurns(Number(values.rounds), {
    torch: () => measure(values.python, [peer, 'step', ...common]),
    espalier: () => measure(process.execPath, [here('bert-worker.js'), model, ...common]),
  });
  return {
    step: title,
    'trained in PyTorch': rounds.torch[0]?.trained,
    'trained here': rounds.espalier[0]?.trained,
    ...columnsOf(rounds, 1),
  };
}

const folder = mkdtempSync(join(tmpdir(), 'espalier-bert-'));
try {
  const model = join(folder, 'bert.onnx');
  const { status, stderr } = spawnSync(values.python, [peer, 'export', model], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the export failed:\n${stderr}`);
  const { batch, length, optimizer } = values;
  console.log(`batch ${batch}, ${length} tokens, ${optimizer}, ${cpus().length} cores, ${cpus()[0]?.model}`);
  console.table(cases.map((one) => compare(model, one)));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
