import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openActivationStore, type ActivationStore } from '@espalier/activations';
import type { ScannedExample } from '@espalier/data';
import { writePictures, writeTexts } from '@espalier/data/testing';
import { createOnnxEngine, type Engine } from '@espalier/engine';
import { float32, readModel, renameInGraph, writeModel, type Model } from '@espalier/onnx';
import type { Backbone } from '@espalier/transfer';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { cutAt, prepareBackbone, type PreparedBackbone } from '../backbone/backbone.js';
import { chainOf } from '../backbone/chain.js';
import { summariseDepths } from '../probes/blocks.js';
import { networkVectors } from '../probes/networkVectors.js';
import { openData } from '../study/examples.js';
import { temporaryFolder, tinyBackbone } from '../testing/fixtures.js';
import { tinyTextBackbone } from '../testing/texts.js';
import { openActivations } from './activations.js';
import { plainLook } from './look.js';
import { openPrefix } from './prefix.js';
import { keepShared, sharedJoint } from './shared.js';

let root: string;
let remove: () => Promise<void>;
beforeAll(async () => {
  ({ path: root, remove } = await temporaryFolder());
  await writePictures(join(root, 'pictures'), 5);
  await writeTexts(join(root, 'texts.csv'), 6);
});
afterAll(() => remove());

/** Wide enough that activations are handed on between its stages. */
const wideBackbone = (): Promise<Backbone> => tinyBackbone(root, { widthMultiplier: 12 });

/** The wide network, as an exporter would name it, with other weights from some layer on. */
async function variantOf(name: string, changed: readonly string[]): Promise<PreparedBackbone> {
  const backbone = await wideBackbone();
  const loaded = await backbone.load({ inspectInputs: () => Promise.resolve([]), cacheFolder: root });
  const model = await readModel(loaded.modelPath);
  const initializers = new Map(
    [...model.graph.initializers].map(([weight, tensor]) => [
      weight,
      changed.some((layer) => weight.startsWith(`${layer}.`))
        ? float32(
            tensor.dims,
            (tensor.data as Float32Array).map((value) => 0.9 * value + 0.01),
          )
        : tensor,
    ]),
  );
  const graph = renameInGraph({ ...model.graph, initializers }, (one) =>
    one === '' ? '' : `${name}.${one}`,
  );
  const modelPath = join(root, `${name}.onnx`);
  await writeModel(modelPath, { ...model, graph } satisfies Model);
  const renamed: Backbone = { ...backbone, id: name, load: () => Promise.resolve({ ...loaded, modelPath }) };
  return prepareBackbone(renamed, root);
}

const engine = createOnnxEngine({ threads: 1 });

/** An engine that counts the batches it runs by the first input's name. */
function counting(): { readonly engine: Engine; readonly runs: string[] } {
  const runs: string[] = [];
  const compileForward: Engine['compileForward'] = async (model) => {
    const forward = await engine.compileForward(model);
    return {
      run: (inputs) => {
        runs.push(model.graph.inputs[0]?.name ?? '');
        return forward.run(inputs);
      },
      dispose: () => forward.dispose(),
    };
  };
  return { engine: { ...engine, compileForward }, runs };
}

const examplesIn = async (path: string): Promise<ScannedExample[]> => {
  const data = await openData(path, { seed: 1, validation: 0.2, test: 0.2, maxCorruptFraction: 0 });
  return Object.values(data.splits).flat();
};

function storeIn(name: string): ActivationStore {
  const store = openActivationStore({ folder: join(root, name), maxBytes: 2 ** 30 });
  onTestFinished(() => store.close());
  return store;
}

interface Filled {
  /** By depth, of all examples in the order of their buckets. */
  readonly values: readonly (readonly number[])[];
  /** First inputs of the graphs that ran. */
  readonly runs: readonly string[];
}

async function activationsOf(
  store: ActivationStore,
  prepared: PreparedBackbone,
  depths: readonly number[],
  examples: readonly ScannedExample[],
  batch = 4,
): Promise<Filled> {
  const { engine: counted, runs } = counting();
  const prefix = openPrefix({ store, engine: counted, prepared });
  const activations = openActivations({ prefix, prepared, depths, batch });
  await activations.fill(examples.map((example) => plainLook(prepared.encoder.modality, example)));
  const values: number[][] = [];
  for (const depth of depths) {
    const all: number[] = [];
    for (const [bucket] of prepared.encoder.buckets.entries()) {
      const part = examples.filter((example) => prepared.encoder.bucketOf(example) === bucket);
      if (part.length === 0) continue;
      const looked = part.map((example) => plainLook(prepared.encoder.modality, example));
      const read = await activations.read(depth, looked, bucket);
      all.push(...(read[cutAt(prepared, depth)] as Float32Array));
    }
    values.push(all);
  }
  await prefix.dispose();
  return { values, runs };
}

async function vectorsOf(
  store: ActivationStore,
  prepared: PreparedBackbone,
  depths: readonly number[],
  examples: readonly ScannedExample[],
): Promise<Filled> {
  const { engine: counted, runs } = counting();
  const prefix = openPrefix({ store, engine: counted, prepared });
  const vectors = networkVectors({ store, engine: counted, prepared, prefix, depths, batch: 4 });
  await vectors.fill(examples);
  const values: number[][] = [];
  const outputs = summariseDepths(prepared, depths).blocks.length;
  for (let output = 0; output < outputs; output++) {
    values.push([...(await vectors.read(output, examples)).data]);
  }
  await vectors.dispose();
  await prefix.dispose();
  return { values, runs };
}

describe('networks that share their first stages', () => {
  it('have the same keys up to where they differ, whatever their tensors are called', async () => {
    const one = await variantOf('one', []);
    const other = await variantOf('other', ['last']);
    const deep = await variantOf('deep', ['block']);
    const keys = (prepared: PreparedBackbone): string[] =>
      prepared.stages.map((_, i) => chainOf(prepared).keyOf(i + 1));
    expect(one.hash).not.toBe((await prepareBackbone(await wideBackbone(), root)).hash);
    expect(keys(one)).toEqual(keys(await prepareBackbone(await wideBackbone(), root)));
    expect(keys(other).slice(0, 3)).toEqual(keys(one).slice(0, 3));
    expect(keys(other)[3]).not.toBe(keys(one)[3]);
    expect(keys(deep).slice(0, 2)).toEqual(keys(one).slice(0, 2));
    expect(keys(deep)[2]).not.toBe(keys(one)[2]);
  });

  it('continue from what another has cached, and get the bits of a whole pass', async () => {
    const examples = await examplesIn(join(root, 'pictures'));
    const [one, other] = [await variantOf('one', []), await variantOf('other', ['last'])];
    const joint = sharedJoint(one, other) ?? 0;
    expect(joint).toBeGreaterThan(0);
    const alone = await activationsOf(storeIn('alone'), other, [joint, 4], examples);
    const store = storeIn('both');
    await activationsOf(store, one, [joint], examples, 3);
    const shared = await activationsOf(store, other, [joint, 4], examples);
    expect(shared.values).toEqual(alone.values);
    expect(new Set(alone.runs)).toContain('other.image');
    expect(new Set(shared.runs)).toEqual(new Set([cutAt(other, joint)]));
  });

  it('begin at the input where what they share is not cached, or is damaged', async () => {
    const examples = await examplesIn(join(root, 'pictures'));
    const [one, other] = [await variantOf('one', []), await variantOf('other', ['last'])];
    const joint = sharedJoint(one, other) ?? 0;
    const alone = await activationsOf(storeIn('alone too'), other, [4], examples);
    const store = storeIn('damaged');
    await activationsOf(store, one, [joint], examples.slice(1));
    const some = await activationsOf(store, other, [4], examples);
    expect(some.values).toEqual(alone.values);
    const deep = await variantOf('deeper', ['last', 'fc']);
    const { folder } = openPrefix({ store, engine, prepared: one }).space(joint, 0);
    for (const file of await readdir(folder)) {
      const bytes = await readFile(join(folder, file));
      bytes.fill(7, 200, bytes.length - 200);
      await writeFile(join(folder, file), bytes);
    }
    expect((await activationsOf(store, deep, [4], examples)).values).toEqual(
      (await activationsOf(storeIn('deep alone'), deep, [4], examples)).values,
    );
  });

  it('share the features of probes, and cache where their ways part', async () => {
    const examples = await examplesIn(join(root, 'pictures'));
    const [one, other] = [await variantOf('one', []), await variantOf('other', ['last'])];
    const joint = sharedJoint(one, other) ?? 0;
    const store = storeIn('vectors');
    const alone = await vectorsOf(storeIn('vectors alone'), other, [joint, 4], examples);
    const { engine: counted, runs } = counting();
    const candidates = [one, other].map((prepared) => ({
      prepared,
      prefix: openPrefix({ store, engine: counted, prepared }),
      activations: { depths: [] },
    }));
    const splits = { train: examples, validation: [], test: [] };
    keepShared(candidates, { spare: () => true }, { splits });
    const values = [];
    for (const { prepared, prefix } of candidates) {
      const options = { store, engine: counted, prepared, prefix, depths: [joint, 4], batch: 4 };
      runs.length = 0;
      const vectors = networkVectors(options);
      await vectors.fill(examples);
      values.push([...(await vectors.read(0, examples)).data], [...(await vectors.read(1, examples)).data]);
      await vectors.dispose();
      await prefix.dispose();
    }
    expect(runs).not.toContain('other.image');
    expect(runs).toContain(cutAt(other, joint));
    expect(values.slice(2)).toEqual(alone.values.slice(0, 2));
  });

  it('of texts, too, with masks and several lengths', async () => {
    const examples = await examplesIn(join(root, 'texts.csv'));
    const prepared = await prepareBackbone(await tinyTextBackbone(root, 'mean', 128), root);
    const [first = 0] = chainOf(prepared).joints;
    const last = prepared.stages.length;
    expect(first).toBeLessThan(last);
    const alone = await activationsOf(storeIn('text'), prepared, [last], examples);
    const store = storeIn('text in two');
    await activationsOf(store, prepared, [first], examples);
    const continued = await activationsOf(store, prepared, [last], examples);
    expect(continued.values).toEqual(alone.values);
    expect(continued.runs).not.toContain('input_ids');
  });
});
