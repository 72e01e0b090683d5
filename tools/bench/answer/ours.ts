import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { readDataset, scanDataset, type ScannedExample } from '@espalier/data';
import { openPredictor, predictEach } from '@espalier/runner';

const cli = fileURLToPath(new URL('../../../../apps/cli/bin/espalier.js', import.meta.url));

/** Results of a search, in seconds since its command began. */
export interface Searched {
  /** Its first line: the network's last features with a fitted head. */
  readonly firstSeconds: number;
  readonly seconds: number;
  readonly answer: string;
  readonly title: string;
  readonly estimate: { readonly accuracy: number; readonly low: number; readonly high: number };
}

/** Runs `espalier search` as a user would, and notes when its lines come. */
export async function searchSet(dataset: string, options: readonly string[]): Promise<Searched> {
  const started = performance.now();
  const since = (): number => (performance.now() - started) / 1000;
  const child = spawn(process.execPath, [cli, 'search', dataset, ...options, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ESPALIER_EXPERIENCE: 'none' },
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  let firstSeconds = NaN;
  let result: Omit<Searched, 'firstSeconds' | 'seconds'> | null = null;
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line) as { kind: string } & Omit<Searched, 'firstSeconds' | 'seconds'>;
    if (event.kind === 'probed' && Number.isNaN(firstSeconds)) firstSeconds = since();
    if (event.kind === 'result') result = event;
  }
  const code = await ended;
  if (result === null) throw new Error(`espalier search ${dataset} ended with ${code}: ${complaint}`);
  return { ...result, firstSeconds, seconds: since() };
}

export interface Fresh {
  readonly classes: readonly string[];
  readonly examples: readonly ScannedExample[];
}

/** Reads fresh examples with their classes. */
export async function readFresh(path: string, columns: object): Promise<Fresh> {
  const dataset = await readDataset(path, columns);
  const { examples } = await scanDataset(dataset);
  return { classes: dataset.classes, examples };
}

const BATCH = 32;

/** Share of fresh examples that a written model classifies correctly. */
export async function accuracyOn(model: string, { classes, examples }: Fresh): Promise<number> {
  const predictor = await openPredictor(model);
  let hits = 0;
  for (let start = 0; start < examples.length; start += BATCH) {
    const part = examples.slice(start, start + BATCH);
    const outcomes = await predictEach(predictor, part);
    outcomes.forEach((outcome, i) => {
      if (outcome.kind !== 'predicted') return;
      if (outcome.labels[0]?.label === classes[(part[i] as ScannedExample).label]) hits++;
    });
  }
  await predictor.dispose();
  return hits / examples.length;
}
