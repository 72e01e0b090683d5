import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { float32, inspectInputs, int64, node, readModel, writeModel, type Model } from '@espalier/onnx';
import type { ReadyBackbone } from '@espalier/transfer';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tracingLimits, tryNetwork } from '../index.js';
import { tinyBackbone } from '../testing/fixtures.js';

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'espalier-trying-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

async function tiny(place: string): Promise<ReadyBackbone> {
  return (await tinyBackbone(place)).load({ inspectInputs, cacheFolder: place });
}

/** The network of a backbone, which first makes so many numbers of one. */
async function expanding(place: string, loaded: ReadyBackbone, elements: number): Promise<ReadyBackbone> {
  const model = await readModel(loaded.modelPath);
  const { graph } = model;
  const input = graph.inputs[0]?.name as string;
  const grown: Model = {
    ...model,
    graph: {
      ...graph,
      nodes: [
        node('Expand', ['grown_one', 'grown_much'], ['grown_large']),
        node('ReduceMax', ['grown_large'], ['nothing'], { keepdims: 0 }),
        node('Add', [input, 'nothing'], ['given']),
        ...graph.nodes.map((one) => ({
          ...one,
          inputs: one.inputs.map((name) => (name === input ? 'given' : name)),
        })),
      ],
      initializers: new Map([
        ...graph.initializers,
        ['grown_one', float32([1], Float32Array.of(0))],
        ['grown_much', int64([elements])],
      ]),
    },
  };
  const path = join(place, 'grown.onnx');
  await writeModel(path, grown);
  return { ...loaded, modelPath: path };
}

describe("a stranger's network", () => {
  it('that runs is tried once a machine', async () => {
    const place = folder();
    const loaded = await tiny(place);
    await tryNetwork('tiny', loaded, { cacheFolder: place });
    expect(readdirSync(join(place, 'tried'))).toHaveLength(1);
    const nothing = { seconds: 0.001, memoryBytes: 1 };
    await tryNetwork('tiny', loaded, { cacheFolder: place, limits: nothing });
  });

  it.runIf(existsSync('/proc/self/statm'))('that makes too much of little is refused', async () => {
    const place = folder();
    const large = await expanding(place, await tiny(place), 1_500_000_000);
    const limits = { seconds: 300, memoryBytes: 800 * 2 ** 20 };
    await expect(tryNetwork('large', large, { cacheFolder: place, limits })).rejects.toThrow(
      /backbone large: one run of the network on two examples took more than 800 MiB of memory; take another/,
    );
    expect(existsSync(join(place, 'tried'))).toBe(false);
  });

  it('that does not end is refused', async () => {
    const place = folder();
    const limits = { seconds: 0.05, memoryBytes: 2 ** 31 };
    await expect(tryNetwork('slow', await tiny(place), { cacheFolder: place, limits })).rejects.toThrow(
      /took more than 0.05 seconds; .*ESPALIER_TRACE_SECONDS/,
    );
  });

  it('is tried within settings that are counts', () => {
    expect(tracingLimits({ ESPALIER_TRACE_SECONDS: '5' })).toMatchObject({ seconds: 5 });
    expect(() => tracingLimits({ ESPALIER_TRACE_SECONDS: 'long' })).toThrow(
      /ESPALIER_TRACE_SECONDS is set to 'long', which is no whole number/,
    );
  });
});
