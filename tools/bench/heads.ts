import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { best, measure, peak, takeTurns, type Rounds } from './turns.js';

/**
 * The time of a step of many heads against that of one head, and against PyTorch, in one run: all take turns.
 * Usage: node tools/dist/bench/heads.js [--python python3] [--rounds 3] [--seconds 1] [--threads 1]
 * [--processor], which measures processor time: for a machine that others use too, and one thread
 */
const { values } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '1' },
    threads: { type: 'string', default: '1' },
    batch: { type: 'string', default: '32' },
    processor: { type: 'boolean', default: false },
  },
});

const widths = [256, 1024, 1280];
const outputCounts = [2, 10];
/** The first is a head alone, which the trainer of one head trains. */
const headCounts = [1, 8, 16, 64];
const WARM_UP = 10;

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

function roundsOf(width: number, outputs: number, heads: number): Rounds {
  const numbers = [width, outputs, heads, values.batch, values.seconds, values.threads].map(String);
  const args = values.processor ? [...numbers, 'processor'] : numbers;
  return takeTurns(Number(values.rounds), {
    torch: () => measure(values.python, [here('../../bench/peers/heads.py'), ...args]),
    espalier: () => measure(process.execPath, [here('heads-worker.js'), ...args]),
  });
}

/** Each number of heads of one shape, beside the time of one. */
function compare(width: number, outputs: number): object[] {
  const all = headCounts.map((heads) => ({ heads, rounds: roundsOf(width, outputs, heads) }));
  const one = all[0]?.rounds as Rounds;
  return all.map(({ heads, rounds: { torch, espalier } }) => {
    const [theirs, ours] = [best(torch, WARM_UP), best(espalier, WARM_UP)];
    return {
      width,
      outputs,
      heads,
      'PyTorch ms': theirs.toFixed(3),
      'of one': (theirs / best(one.torch, WARM_UP)).toFixed(1),
      'Espalier ms': ours.toFixed(3),
      'of one head': (ours / best(one.espalier, WARM_UP)).toFixed(1),
      ratio: (ours / theirs).toFixed(2),
      'PyTorch peak MB': Math.round(peak(torch)),
      'Espalier peak MB': Math.round(peak(espalier)),
    };
  });
}

console.log(
  `batch ${values.batch}, adamw, ${values.threads} threads, ${cpus().length} cores, ${cpus()[0]?.model}`,
);
console.table(widths.flatMap((width) => outputCounts.flatMap((outputs) => compare(width, outputs))));
