import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { scanDataset, type Content } from '@espalier/data';
import { writeTexts, writeTones, writeWav } from '@espalier/data/testing';
import type { Modality } from '@espalier/transfer';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { openPredictor, predict, predictAll, search, type Prediction } from '../index.js';
import { playground } from '../testing/playground.js';

const { root, pictures, options } = await playground();
const [images, texts, sounds] = ['images', 'texts', 'sounds'].map((name) => join(root, name)) as [
  string,
  string,
  string,
];
const table = join(root, 'texts.csv');
const quick = {
  baseline: false,
  space: undefined,
  backbones: undefined,
  budget: { trials: 1, epochs: 1 },
} as const;

beforeAll(async () => {
  await search(options('images', { baseline: false, budget: { trials: 1, epochs: 2 } }));
  await writeTexts(table, 12);
  await search(options('texts', { ...quick, dataset: { path: table, textColumn: 'text' } }));
  for (const label of ['low', 'high']) {
    await mkdir(join(root, 'tones', label), { recursive: true });
    for (let i = 0; i < 6; i++) {
      await writeTones(join(root, 'tones', label, `${i}.wav`), i + (label === 'low' ? 0 : 50));
    }
  }
  await search(options('sounds', { ...quick, dataset: join(root, 'tones') }));
});

const labelled = (predictions: readonly Prediction[]): (string | undefined)[] =>
  predictions.map((one) => (one.kind === 'predicted' ? one.labels[0]?.label : one.kind));

/** Why an input is not classified, or its class where it is. */
async function reasonOf(model: string, input: Parameters<typeof predict>[1]): Promise<string | undefined> {
  const [one] = await predictAll(model, input);
  return one?.kind === 'unreadable' ? one.error.reason : labelled(one === undefined ? [] : [one])[0];
}

/** Why a search leaves an example out. */
async function scanReason(modality: Modality, content: Content): Promise<string | undefined> {
  const examples = [0, 1].map((label) => ({ id: `${label}`, content, label }));
  const dataset = { name: 'x', root, modality, classes: ['a', 'b'], examples, labelsFrom: null, notes: [] };
  const failure = await scanDataset(dataset, { maxCorruptFraction: 0 }).catch((error: unknown) => error);
  return /cannot be read, over the limit of 0 %: 0 \((.*?)\)(, 1|\.)/.exec(String(failure))?.[1];
}

describe('predict', () => {
  it('classifies a folder in order, and the same in any batches', async () => {
    const all = await predictAll(images, pictures, { batch: 7 });
    expect(all.map(({ id }) => id)).toEqual(
      ['plain', 'spots', 'stripes'].flatMap((kind) =>
        Array.from({ length: 20 }, (_, i) => `${i}.png`)
          .sort()
          .map((name) => join(pictures, kind, name)),
      ),
    );
    for (const one of all) {
      if (one.kind !== 'predicted') throw one.error;
      const shares = one.labels.map(({ probability }) => probability);
      expect(shares).toEqual([...shares].sort((a, b) => b - a));
      expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    }
    expect(labelled(await predictAll(images, pictures, { batch: 64 }))).toEqual(labelled(all));
  });

  it('names what cannot be read in its place and goes on', async () => {
    const bad = join(root, 'bad.png');
    await writeFile(bad, 'no picture');
    const first = join(pictures, 'plain', '0.png');
    const found = await predictAll(images, [first, bad, first]);
    expect(found.map(({ kind }) => kind)).toEqual(['predicted', 'unreadable', 'predicted']);
    expect(found[1]).toMatchObject({
      id: bad,
      error: { message: expect.stringMatching(/Cannot read .*bad\.png: its content is not an image/) },
    });
  });

  it('takes examples whose content is in memory, and a model that is open and stays so', async () => {
    const path = join(pictures, 'spots', '3.png');
    const predictor = await openPredictor(images);
    const bytes = await readFile(path);
    const [fromPath] = await predictAll(predictor, path);
    const [fromBytes] = await predictAll(predictor, { id: 'upload', content: { kind: 'bytes', bytes } });
    await predictor.dispose();
    expect(fromBytes).toEqual({ ...fromPath, id: 'upload' });
  });

  it('classifies texts, lines, tables and recordings', async () => {
    const lines = join(root, 'lines.txt');
    await writeFile(lines, 'password account code\n\nparcel courier\n');
    const found = await predictAll(texts, ['refund invoice', lines, table], { textColumn: 'text' });
    expect(found.slice(0, 3).map(({ id }) => id)).toEqual(['refund invoice', 'lines.txt:1', 'lines.txt:3']);
    expect(found).toHaveLength(3 + 36);
    expect(labelled(found).every((label) => ['billing', 'delivery', 'login'].includes(label ?? ''))).toBe(
      true,
    );
    const heard = await predictAll(sounds, join(root, 'tones', 'low'));
    expect(labelled(heard).every((label) => label === 'low' || label === 'high')).toBe(true);
    expect(heard).toHaveLength(6);
  });

  it('reads a batch ahead at most, and can be left at any time', async () => {
    const folder = join(root, 'changing');
    await mkdir(folder);
    for (const name of ['a.png', 'b.png', 'c.png']) {
      await writeFile(join(folder, name), await readFile(join(pictures, 'plain', '1.png')));
    }
    const kinds: string[] = [];
    for await (const { kind } of predict(images, folder, { batch: 1 })) {
      kinds.push(kind);
      if (kinds.length === 1) await writeFile(join(folder, 'c.png'), 'spoilt after the first result');
    }
    expect(kinds).toEqual(['predicted', 'predicted', 'unreadable']);
    for await (const { kind } of predict(images, pictures)) {
      expect(kind).toBe('predicted');
      break;
    }
  });

  it('stops with the reason of its signal', async () => {
    const controller = new AbortController();
    const run = async (): Promise<void> => {
      const asked = { batch: 1, signal: controller.signal };
      for await (const one of predict(images, pictures, asked)) controller.abort(one.id);
    };
    await expect(run()).rejects.toBe(join(pictures, 'plain', '0.png'));
  });

  it('refuses what a search refuses, with the same words: what holds nothing, or is damaged at its end', async () => {
    const blank = sharp({ create: { width: 40, height: 30, channels: 3, background: '#336699' } });
    const noise = sharp({
      create: {
        width: 60,
        height: 400,
        channels: 3,
        background: '#000',
        noise: { type: 'gaussian', mean: 99, sigma: 40 },
      },
    });
    const tall = await noise.jpeg().toBuffer();
    const files = {
      'blank.png': await blank.png().toBuffer(),
      'clear.png': await blank.ensureAlpha(0).png().toBuffer(),
      'cut.jpg': tall.subarray(0, tall.length * 0.97),
    };
    for (const [name, content] of Object.entries(files)) await writeFile(join(root, name), content);
    await writeWav(join(root, 'silent.wav'), new Float32Array(8000), 8000);
    await writeWav(join(root, 'offset.wav'), new Float32Array(8000).fill(0.25), 8000);
    for (const name of [...Object.keys(files), 'silent.wav', 'offset.wav']) {
      const path = join(root, name);
      const model = name.endsWith('.wav') ? sounds : images;
      const modality = name.endsWith('.wav') ? 'audio' : 'image';
      expect(await reasonOf(model, path), name).toBe(await scanReason(modality, { kind: 'file', path }));
    }
    for (const text of ['', ' \n\t', '\u200b\ufeff', 'a\0b', 'x'.repeat(200_001)]) {
      const content = { kind: 'text', text } as const;
      expect(await reasonOf(texts, { id: 'a', content }), JSON.stringify(text.slice(0, 9))).toBe(
        await scanReason('text', content),
      );
    }
  });

  it('says what is not there', async () => {
    await expect(predictAll(images, join(root, 'nowhere'))).rejects.toThrow(/no file or folder .*nowhere/);
    await mkdir(join(root, 'empty'));
    await expect(predictAll(images, join(root, 'empty'))).rejects.toThrow(/there are no images in .*empty/);
    await expect(predictAll(images, [])).rejects.toThrow(/there are no images in the inputs/);
    await expect(predictAll(join(root, 'no-model'), pictures)).rejects.toMatchObject({ name: 'OnnxError' });
  });
});
