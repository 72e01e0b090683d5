import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { embedExamples } from '@espalier/runner';
import { textOf } from '@espalier/data';
import type { Backbone } from '@espalier/transfer';
import type { Fresh } from './ours.js';

export interface PeerResult {
  /** Accuracy by the folds, which it is chosen by. */
  readonly folds: number;
  readonly fresh: number;
  readonly seconds: number;
}

export interface Peers {
  readonly version: string;
  readonly results: Readonly<Record<string, PeerResult>>;
  /** Seconds that the labelled examples' features took. */
  readonly featureSeconds: number;
}

/** Hands scikit-learn the network's features, and lets it do what one writes in twenty lines. */
export async function runPeers(
  python: string,
  folder: string,
  backbone: Backbone,
  parts: Readonly<Record<'labelled' | 'fresh', Fresh>>,
): Promise<Peers> {
  await mkdir(folder, { recursive: true });
  let featureSeconds = 0;
  for (const name of ['labelled', 'fresh'] as const) {
    const { examples } = parts[name];
    const started = performance.now();
    const { features } = await embedExamples(backbone, examples, { cacheFolder: folder });
    if (name === 'labelled') featureSeconds = (performance.now() - started) / 1000;
    await writeFile(join(folder, `${name}.f32`), features);
    const texts = examples[0]?.content.kind === 'text' ? examples.map(textOf) : null;
    const labels = examples.map(({ label }) => label);
    await writeFile(join(folder, `${name}.json`), JSON.stringify({ labels, texts }));
  }
  const program = fileURLToPath(new URL('../../../bench/peers/answer.py', import.meta.url));
  const { stdout } = await promisify(execFile)(python, [program, folder]);
  return { ...(JSON.parse(stdout) as Omit<Peers, 'featureSeconds'>), featureSeconds };
}

/** The peer that its folds choose. */
export function chosenPeer({ results }: Peers): readonly [string, PeerResult] {
  const entries = Object.entries(results);
  return entries.reduce((best, one) => (one[1].folds > best[1].folds ? one : best));
}
