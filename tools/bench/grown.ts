import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { search, type SearchOptions } from '@espalier/sdk';
import { drawSet } from './answer/draw.js';
import { accuracyOn, readFresh } from './answer/ours.js';
import { allSets, type AnswerSetName } from './answer/sets.js';
import { writeItems } from './answer/write.js';

/**
 * A study that grows in steps, each from the one before, beside a study from nothing of the same examples.
 *
 *     node tools/dist/bench/grown.js --shared <folder> [--set trec-1500] [--steps 5] [--trials 3] [--epochs 4]
 */
const { values } = parseArgs({
  options: {
    shared: { type: 'string', default: '../shared' },
    set: { type: 'string', default: 'trec-1500' },
    steps: { type: 'string', default: '5' },
    trials: { type: 'string', default: '3' },
    epochs: { type: 'string', default: '4' },
    seed: { type: 'string', default: '1' },
    threads: { type: 'string', default: '1' },
  },
});

const scratch = mkdtempSync(join(tmpdir(), 'espalier-grown-'));
const seed = Number(values.seed);

interface Outcome {
  readonly seconds: number;
  /** Processor time, which other programs on the machine hardly change. */
  readonly processor: number;
  readonly accuracy: number;
  readonly answer: string;
  /** What the report says of the earlier answer on the same test examples. */
  readonly gain: string;
}

async function measured(
  options: SearchOptions,
  fresh: Awaited<ReturnType<typeof readFresh>>,
): Promise<Outcome> {
  const [began, used] = [performance.now(), process.cpuUsage()];
  const { folder, answer, report } = await search(options);
  const { user, system } = process.cpuUsage(used);
  const seconds = (performance.now() - began) / 1000;
  const test = report.growth?.test;
  return {
    seconds,
    processor: (user + system) / 1e6,
    accuracy: await accuracyOn(folder, fresh),
    answer: answer.name,
    gain: test
      ? [test.difference, test.low, test.high].map((one) => (100 * one).toFixed(1)).join(' | ')
      : ' | | ',
  };
}

try {
  const set = allSets[values.set as AnswerSetName];
  const items = await set.source({ shared: values.shared, scratch });
  const { labelled, fresh: rest } = drawSet(items, set, seed);
  const fresh = await readFresh(await writeItems(join(scratch, 'fresh'), rest), {});
  const steps = Number(values.steps);
  let grown: string | undefined;
  for (let step = 1; step <= steps; step++) {
    const count = Math.round((labelled.length * step) / steps);
    const path = await writeItems(join(scratch, `labelled-${step}`), labelled.slice(0, count));
    const options = (name: string): SearchOptions => ({
      dataset: { path, dropSmallClasses: true },
      backbones: [set.backbone],
      folder: join(scratch, `${name}-${step}`),
      ...{ seed, baseline: false },
      budget: { trials: Number(values.trials), epochs: Number(values.epochs) },
      // What the one has cached is nothing to the other.
      cache: { folder: join(scratch, `cache-${name}${name === 'alone' ? `-${step}` : ''}`) },
      engine: { threads: Number(values.threads) },
    });
    const alone = await measured(options('alone'), fresh);
    const from = grown === undefined ? {} : { from: grown };
    const more = await measured({ ...options('grown'), ...from }, fresh);
    grown = join(scratch, `grown-${step}`);
    const columns = ({ seconds, processor, accuracy, answer }: Outcome): string =>
      `${seconds.toFixed(0)} | ${processor.toFixed(0)} | ${(100 * accuracy).toFixed(1)} | ${answer}`;
    console.log(`| ${count} | ${columns(alone)} | ${columns(more)} | ${more.gain} |`);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
