import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openActivationStore } from '@espalier/activations';
import type { ScannedExample } from '@espalier/data';
import { createOnnxEngine } from '@espalier/engine';
import { onnxFile } from '@espalier/plugin-onnx-file';
import { keepShared, networkVectors, openData, openPrefix, type PreparedBackbone } from '@espalier/runner';
import { distributions, makeVariants, type DistributionName } from './variants.js';

/**
 * The features that the probes of a study read, of many networks with common first stages: each network for
 * itself, from decoding on, and one after the other with a shared cache.
 *
 *     node tools/dist/bench/shared/main.js <class folders> <backbone> [--models 35] [--examples 200]
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    models: { type: 'string', default: '35' },
    examples: { type: 'string', default: '200' },
    depths: { type: 'string', default: '3,11,15,17,18,19' },
    threads: { type: 'string', default: '2' },
  },
});
const [dataset, backbonePath] = positionals.map((path) => resolve(path));
if (dataset === undefined || backbonePath === undefined) {
  console.error(
    'Usage: shared <class folders> <backbone> [--models 35] [--examples 200] [--depths 3,11,15,17,18,19]',
  );
  process.exit(2);
}

const scratch = mkdtempSync(join(tmpdir(), 'espalier-shared-'));
const engine = createOnnxEngine({ threads: Number(values.threads) });
const depths = values.depths.split(',').map(Number);

/** Some examples of each class. */
async function readExamples(from: string): Promise<ScannedExample[]> {
  const classes = readdirSync(from, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of classes) {
    mkdirSync(join(scratch, 'data', name), { recursive: true });
    const files = readdirSync(join(from, name)).sort();
    for (const file of files.slice(0, Number(values.examples) / classes.length)) {
      cpSync(join(from, name, file), join(scratch, 'data', name, file));
    }
  }
  const data = await openData(join(scratch, 'data'), {
    ...{ seed: 1, validation: 0.15, test: 0.15, maxCorruptFraction: 0 },
  });
  return Object.values(data.splits).flat();
}

interface Pass {
  readonly seconds: number;
  /** Processor time, which other programs on the machine hardly change. */
  readonly processor: number;
  readonly bytes: number;
  /** The features of the last depth of each network. */
  readonly features: readonly Float32Array[];
}

const bytesIn = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);

/** Fills the features of some networks in one cache. */
async function pass(
  networks: readonly PreparedBackbone[],
  examples: readonly ScannedExample[],
): Promise<Pass> {
  const folder = mkdtempSync(join(scratch, 'cache-'));
  const [began, used] = [performance.now(), process.cpuUsage()];
  const store = openActivationStore({ folder, maxBytes: 2 ** 36 });
  const opened = networks.map((prepared) => ({
    prepared,
    prefix: openPrefix({ store, engine, prepared }),
    activations: { depths: [] },
  }));
  keepShared(opened, { spare: () => true }, { splits: { train: examples, validation: [], test: [] } });
  const features: Float32Array[] = [];
  for (const { prepared, prefix } of opened) {
    const vectors = networkVectors({ store, engine, prepared, prefix, depths, batch: 32 });
    await vectors.fill(examples);
    features.push((await vectors.read(0, examples)).data as Float32Array);
    await vectors.dispose();
    await prefix.dispose();
  }
  const { user, system } = process.cpuUsage(used);
  const seconds = (performance.now() - began) / 1000;
  const result = { seconds, processor: (user + system) / 1e6, bytes: bytesIn(folder), features };
  store.close();
  rmSync(folder, { recursive: true });
  return result;
}

const same = (a: readonly Float32Array[], b: readonly Float32Array[]): boolean =>
  a.every((one, i) => Buffer.from(one.buffer).equals(Buffer.from((b[i] as Float32Array).buffer)));

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);

try {
  const examples = await readExamples(dataset);
  const base = await onnxFile(backbonePath);
  console.log(`${values.models} networks, ${examples.length} examples, depths ${depths.join(', ')}`);
  for (const name of Object.keys(distributions) as DistributionName[]) {
    const folder = mkdtempSync(join(scratch, 'models-'));
    const variants = await makeVariants(base, Number(values.models), name, folder);
    const networks = variants.map(({ prepared }) => prepared);
    await pass(networks.slice(0, 1), examples);
    const alone: Pass[] = [];
    for (const network of networks) alone.push(await pass([network], examples));
    const shared = await pass(networks, examples);
    const sum = (of: (one: Pass) => number): number => alone.reduce((total, one) => total + of(one), 0);
    const [seconds, processor] = [sum((one) => one.seconds), sum((one) => one.processor)];
    const kept = variants.reduce((total, one) => total + one.kept, 0) / variants.length;
    console.log(
      `| ${name} | ${kept.toFixed(1)} | ${seconds.toFixed(1)} | ${shared.seconds.toFixed(1)} | ` +
        `${(seconds / shared.seconds).toFixed(1)} | ${processor.toFixed(1)} | ${shared.processor.toFixed(1)} | ` +
        `${(processor / shared.processor).toFixed(1)} | ${megabytes(sum((one) => one.bytes))} | ${megabytes(shared.bytes)} |`,
    );
    console.log(
      same(
        alone.flatMap((one) => one.features),
        shared.features,
      )
        ? '  the same bits'
        : '  OTHER BITS',
    );
    rmSync(folder, { recursive: true });
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
