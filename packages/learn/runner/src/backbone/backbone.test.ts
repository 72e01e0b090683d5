import { join } from 'node:path';
import { extractModel, renameInGraph, writeModel, type Model } from '@espalier/onnx';
import { tinyNetwork } from '@espalier/onnx/testing';
import type { Backbone } from '@espalier/transfer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cutAt, cutDims, prefixOf, prepareBackbone, suffixAt } from './backbone.js';
import { groupsOf } from './groups.js';
import { temporaryFolder, tinyBackbone } from '../testing/fixtures.js';

let root: string;
let remove: () => Promise<void>;
beforeAll(async () => {
  ({ path: root, remove } = await temporaryFolder());
});
afterAll(() => remove());

/** The tiny backbone with another network in its file. */
async function backboneOf(model: Model): Promise<Backbone> {
  const backbone = await tinyBackbone(root);
  const modelPath = join(root, 'changed.onnx');
  await writeModel(modelPath, model);
  return { ...backbone, load: async (context) => ({ ...(await backbone.load(context)), modelPath }) };
}

describe('a prepared backbone', () => {
  it('ends at its pooled features and is cut at every freeze depth', async () => {
    const prepared = await prepareBackbone(await tinyBackbone(root), root);
    expect(prepared).toMatchObject({ features: 'flat', width: 16, freezeDepths: [0, 1, 2, 3, 4] });
    expect([0, 1, 4].map((depth) => cutAt(prepared, depth))).toEqual(['image', 'stem_relu', 'flat']);
    expect([0, 1, 4].map((depth) => cutDims(prepared, depth))).toEqual([[3, 24, 24], [8, 12, 12], [16]]);
    expect(suffixAt(prepared, 4).graph.nodes).toEqual([]);
    expect(prefixOf(prepared, [1, 3]).graph.outputs.map(({ name }) => name)).toEqual([
      'stem_relu',
      'block_sum',
    ]);
    expect(groupsOf(prepared, 2)).toEqual(
      new Map([
        ['block.weight', 0],
        ['block.bias', 0],
        ['last.weight', 1],
        ['last.bias', 1],
      ]),
    );
  });

  it('keeps the last stages as they are where they are a frozen tail, and trains one at least', async () => {
    const prepared = await prepareBackbone(await tinyBackbone(root), root);
    const trained = (depth: number, frozenTail: number): string[] => [
      ...groupsOf(prepared, depth, { frozenTail }).keys(),
    ];
    expect(trained(2, 1)).toEqual(['block.weight', 'block.bias']);
    expect(trained(2, 4)).toEqual(['block.weight', 'block.bias']);
    expect(trained(4, 1)).toEqual([]);
    expect(groupsOf(prepared, 1, { frozenTail: 1 }).get('block.weight')).toBe(1);
  });

  it('pools features that have places, even when they are called as the head calls its scores', async () => {
    const tiny = tinyNetwork();
    const headless = extractModel(
      tiny,
      ['image'],
      ['last_relu'],
      new Map([['last_relu', { dtype: 'float32', dims: [1, 16, 3, 3] }]]),
    );
    const rename = (name: string): string => (name === 'last_relu' ? 'logits' : name);
    const called: Model = { ...headless, graph: renameInGraph(headless.graph, rename) };
    const prepared = await prepareBackbone(await backboneOf(called), root);
    expect(prepared).toMatchObject({ features: 'pooled_features', width: 16 });
    const names = prepared.model.graph.nodes.flatMap(({ outputs }) => outputs);
    expect(names).not.toContain('logits');
    expect(prepared.parameterCount).toBe(4176);
  });

  it('is refused with more inputs than one, by name', async () => {
    const tiny = tinyNetwork();
    const mask = { name: 'mask', dtype: 'float32', shape: ['batch', 1] } as const;
    const two: Model = { ...tiny, graph: { ...tiny.graph, inputs: [...tiny.graph.inputs, mask] } };
    await expect(prepareBackbone(await backboneOf(two), root)).rejects.toThrow(
      /backbone tiny: its graph has the inputs image, mask where its preprocessing makes image/,
    );
  });
});
