import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readReport } from '@espalier/study/folder';

/** Asks searches for a time, on a machine that is idle and on a busy one, and prints how long each took. */

const SETS = [
  { name: 'dogs_vs_cats', backbone: 'mobilenet_v2', options: [] },
  { name: 'fsdd', backbone: 'yamnet', options: [] },
  { name: 'trec/train.tsv', backbone: null, options: ['--text', 'question', '--label', 'coarse'] },
] as const;

const { values } = parseArgs({
  options: {
    shared: { type: 'string', default: '../shared' },
    seconds: { type: 'string', default: '60,120' },
    busy: { type: 'string', default: '0,2' },
  },
});

const cli = resolve('apps/cli/dist/main.js');

/** A process that computes until it is killed. */
const burner = (): ChildProcess => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });

/** Runs a search in a folder of its own, with an empty cache. @returns seconds, its exit code and its report */
async function runSearch({ name, backbone, options }: (typeof SETS)[number], seconds: string) {
  const folder = await mkdtemp(join(tmpdir(), 'espalier-budget-'));
  const shared = resolve(values.shared);
  const words = [
    ...['search', join(shared, 'data', name), ...options, '--time', `${seconds}s`],
    ...(backbone === null ? [] : ['--backbone', join(shared, 'backbones', backbone)]),
    ...['--cache', join(folder, 'cache'), '--out', join(folder, 'study')],
  ];
  const began = performance.now();
  const complaint: string[] = [];
  const code = await new Promise<number | null>((settle, reject) => {
    const child = spawn(process.execPath, [cli, ...words], { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.on('data', (data: Buffer) => complaint.push(data.toString()));
    child.on('error', reject).on('close', settle);
  });
  const taken = (performance.now() - began) / 1000;
  const report = code === 0 ? await readReport(join(folder, 'study', 'report.json')) : null;
  await rm(folder, { recursive: true });
  return { taken, report, complaint: complaint.join('').trim() };
}

const line = (cells: readonly (string | number)[]): void => console.log(`| ${cells.join(' | ')} |`);

console.log(`${availableParallelism()} cores`);
line(['Set', 'Backbone', 'Burners', 'Load', 'Asked', 'Taken', 'Answer', 'Probes', 'Trials', 'Baseline']);
line(['---', '---', '---:', '---:', '---:', '---:', '---', '---:', '---:', '---']);
for (const busy of values.busy.split(',').map(Number)) {
  const burners = Array.from({ length: busy }, burner);
  try {
    for (const set of SETS) {
      for (const seconds of values.seconds.split(',')) {
        const { taken, report, complaint } = await runSearch(set, seconds);
        const load = (loadavg()[0] ?? NaN).toFixed(1);
        const found =
          report === null
            ? [complaint, '', '', '']
            : [
                report.best.name ?? '',
                report.probes.length,
                report.trials.length,
                report.baselines.random === null ? 'none' : `${report.baselines.random.epochs.length} epochs`,
              ];
        line([set.name, set.backbone ?? 'text-mini', busy, load, seconds, taken.toFixed(1), ...found]);
      }
    }
  } finally {
    for (const one of burners) one.kill();
  }
}
