import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { plainView } from '@espalier/data';
import { writeTexts } from '@espalier/data/testing';
import { createOnnxEngine } from '@espalier/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cutDims, prepareBackbone, suffixAt } from '../backbone/backbone.js';
import { feedsOf, onlyInputs } from '../backbone/inputs.js';
import { runStudy } from './study.js';
import { list, temporaryFolder, tinyOptions, tinySettings } from '../testing/fixtures.js';
import { tinyTextBackbone } from '../testing/texts.js';

let root: string;
let remove: () => Promise<void>;
beforeAll(async () => {
  ({ path: root, remove } = await temporaryFolder());
  await writeTexts(join(root, 'texts.csv'), 30);
});
afterAll(() => remove());

describe('a text backbone', () => {
  it('has stages that end where sequences are of any length, and takes its mask again', async () => {
    const prepared = await prepareBackbone(await tinyTextBackbone(root), root);
    expect(prepared.stages.length).toBeGreaterThanOrEqual(3);
    const lengths = prepared.encoder.buckets.map((_, bucket) => cutDims(prepared, 1, bucket));
    expect(lengths).toEqual([8, 16, 32, 48].map((length) => [length, 16]));
    expect(suffixAt(prepared, 1).graph.inputs.map(({ name }) => name)).toEqual([
      prepared.stages[0]?.output,
      'attention_mask',
    ]);
    expect(suffixAt(prepared, prepared.stages.length).graph.inputs).toHaveLength(1);
  });

  it.each(['mean', 'cls', 'last'] as const)(
    'gives the same features however far a text is filled up (%s)',
    async (pooling) => {
      const prepared = await prepareBackbone(await tinyTextBackbone(root, pooling), root);
      const { encoder, model, features } = prepared;
      const example = {
        id: 'a',
        content: { kind: 'text' as const, text: 'please help with my lost parcel' },
      };
      const plain = plainView('text');
      const forward = await createOnnxEngine().compileForward(model);
      const results: Float32Array[] = [];
      for (const bucket of encoder.buckets.keys()) {
        const feeds = feedsOf(encoder, bucket, [await encoder.encode(example, plain, bucket)]);
        results.push((await forward.run(onlyInputs(model, feeds)))[features]?.data as Float32Array);
      }
      await forward.dispose();
      const [first, ...others] = results;
      expect(others).toHaveLength(3);
      for (const other of others) {
        const worst = Math.max(...other.map((value, i) => Math.abs(value - (first?.[i] as number))));
        expect(worst).toBeLessThan(1e-5);
      }
    },
  );

  it('is refused with the tokenizer of another model', async () => {
    const backbone = await tinyTextBackbone(root);
    const load: typeof backbone.load = async (context) => {
      const loaded = await backbone.load(context);
      await writeFile(join(root, 'other.json'), `${await readFile(join(root, 'tokenizer.json'), 'utf8')} `);
      return { ...loaded, assets: { ...loaded.assets, 'tokenizer.json': join(root, 'other.json') } };
    };
    await expect(prepareBackbone({ ...backbone, load }, root)).rejects.toThrow(
      /other\.json is not the tokenizer that belongs to the model/,
    );
  });
});

describe('a study of texts', () => {
  it('trains in batches of several lengths at every depth and ends with a model that says the same', async () => {
    const backbone = await tinyTextBackbone(root);
    const settings = tinySettings(root, {
      dataset: { path: join(root, 'texts.csv'), validation: 0.2, test: 0.2 },
      space: {
        freezeDepth: list(0, 1, 3),
        augmentation: list('none', 'strong'),
        learningRate: list(0.01),
      },
      budget: { trials: 6, epochs: 8 },
      sampler: 'grid',
    });
    const result = await runStudy(settings, { ...tinyOptions(root, 'study'), backbones: [backbone] });
    expect(result.trials.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(result.best.evaluations.test.value).toBeGreaterThan(0.8);
    // What the answer's preprocessing reads lies beside it, and nothing else.
    const { assets, card } = result.best;
    expect(assets.includes('tokenizer.json')).toBe(card.preprocessing.kind === 'text');
    for (const name of assets) {
      expect(await readFile(join(root, 'study', name), 'utf8')).toBe(
        await readFile(join(root, name), 'utf8'),
      );
    }
  });
});
