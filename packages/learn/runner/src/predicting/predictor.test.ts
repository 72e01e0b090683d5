import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ImageError } from '@espalier/data';
import { writeNoisyPicture } from '@espalier/data/testing';
import { readModel, writeModel } from '@espalier/onnx';
import { tinyNetwork } from '@espalier/onnx/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPredictor, predictEach, type Predictable, type Predictor } from './predictor.js';
import { temporaryFolder } from '../testing/fixtures.js';
import { tinyLabels, writeTinyModel } from '../testing/index.js';

let root: string;
let remove: () => Promise<void>;
let images: Predictor;
let texts: Predictor;

beforeAll(async () => {
  ({ path: root, remove } = await temporaryFolder());
  for (const name of ['images', 'texts']) await mkdir(join(root, name));
  images = await openPredictor(await writeTinyModel(join(root, 'images'), 'image'));
  texts = await openPredictor(join(await writeTinyModel(join(root, 'texts'), 'text'), 'model.onnx'));
});
afterAll(async () => {
  await images.dispose();
  await texts.dispose();
  await remove();
});

const text = (content: string): Predictable => ({ id: content, content: { kind: 'text', text: content } });

/** Probability of each label, in the labels' order. */
async function probabilities(predictor: Predictor, input: Predictable): Promise<number[]> {
  const [outcome] = await predictEach(predictor, [input]);
  if (outcome?.kind !== 'predicted') throw new Error(`not predicted: ${JSON.stringify(outcome)}`);
  return tinyLabels.map((label) => outcome.labels.find((one) => one.label === label)?.probability as number);
}

describe('a predictor', () => {
  it('says the same of a file and of its bytes, most probable class first', async () => {
    const path = join(root, 'picture.png');
    await writeNoisyPicture(path, 1);
    const outcomes = await predictEach(images, [
      { id: 'file', content: { kind: 'file', path } },
      { id: 'bytes', content: { kind: 'bytes', bytes: await readFile(path) } },
    ]);
    const [file, bytes] = outcomes.map((one) => (one.kind === 'predicted' ? one.labels : []));
    expect(bytes).toEqual(file);
    const values = file?.map(({ probability }) => probability) ?? [];
    expect(values).toHaveLength(tinyLabels.length);
    expect(values).toEqual([...values].sort((a, b) => b - a));
    expect(values.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
  });

  it('keeps the order of inputs of many lengths, and what cannot be read spoils no other', async () => {
    const inputs = ['refund please', '', 'parcel courier '.repeat(20), 'password', 'lost '.repeat(9)].map(
      text,
    );
    const outcomes = await predictEach(texts, inputs);
    expect(outcomes.map(({ kind }) => kind)).toEqual([
      'predicted',
      'unreadable',
      ...new Array<string>(3).fill('predicted'),
    ]);
    for (const [i, outcome] of outcomes.entries()) {
      if (outcome.kind === 'unreadable') {
        expect(outcome.error.message).toBe('Cannot use : the text is empty.');
        continue;
      }
      const alone = await probabilities(texts, inputs[i] as Predictable);
      for (const { label, probability } of outcome.labels) {
        expect(probability).toBeCloseTo(alone[tinyLabels.indexOf(label as 'one')] as number, 5);
      }
    }
  });

  it('names bytes as they are called', async () => {
    const bytes = new TextEncoder().encode('no picture');
    const prepared = images.prepare({ id: 'cat.jpg', content: { kind: 'bytes', bytes } });
    await expect(prepared).rejects.toThrow(new ImageError('cat.jpg', 'its content is not an image'));
  });

  it('runs every bucket when it warms up', async () => {
    await expect(texts.warmUp()).resolves.toBeUndefined();
    await expect(images.warmUp()).resolves.toBeUndefined();
  });
});

describe('a model that cannot predict', () => {
  it('was not made by Espalier', async () => {
    await writeModel(join(root, 'foreign.onnx'), tinyNetwork());
    await expect(openPredictor(join(root, 'foreign.onnx'))).rejects.toThrow(/was not made by Espalier/);
  });

  it('has other inputs or outputs than it says', async () => {
    const model = await readModel(join(root, 'images', 'model.onnx'));
    const [logits] = model.graph.outputs;
    const path = join(root, 'cut.onnx');
    await writeModel(path, { ...model, graph: { ...model.graph, outputs: logits ? [logits] : [] } });
    await expect(openPredictor(path)).rejects.toThrow(/cut\.onnx has no output 'probabilities'/);
    const text = await readModel(join(root, 'texts', 'model.onnx'));
    await writeModel(join(root, 'images', 'mixed.onnx'), { ...text, metadata: model.metadata });
    await expect(openPredictor(join(root, 'images', 'mixed.onnx'))).rejects.toThrow(
      /mixed\.onnx asks for attention_mask, which its preprocessing does not make/,
    );
  });
});
