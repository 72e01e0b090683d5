import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeWav } from '@espalier/data/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openZeroShot } from './index.js';
import {
  SOUND_RATE,
  SOUND_SAMPLES,
  writeInferenceModel,
  writePictureModel,
  writeSoundModel,
} from './testing/index.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'espalier-zero-shot-'));
  await writeInferenceModel(join(root, 'inference'));
  await writePictureModel(join(root, 'pictures'));
  await writeSoundModel(join(root, 'sounds'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('classification by names alone', () => {
  it('takes the label that a text entails', async () => {
    const labels = ['red', 'green', 'blue'];
    const classifier = await openZeroShot({ folder: join(root, 'inference'), labels });
    expect(classifier.modality).toBe('text');
    const found = await classifier.classify({ id: 'a', content: { kind: 'text', text: 'a green thing' } });
    await classifier.dispose();
    expect(found[0]?.label).toBe('green');
    expect(found.map(({ label }) => label).sort()).toEqual([...labels].sort());
    expect(found.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5);
  });

  it('takes the label that pairs with a picture', async () => {
    const path = join(root, 'picture.png');
    await sharp({
      create: { width: 20, height: 20, channels: 3, background: { r: 10, g: 20, b: 240 } },
    }).toFile(path);
    const classifier = await openZeroShot({
      folder: join(root, 'pictures'),
      labels: ['red', 'green', 'blue'],
      template: 'it is {}',
    });
    expect(classifier).toMatchObject({ modality: 'image', template: 'it is {}' });
    const found = await classifier.classify({ id: 'a', content: { kind: 'file', path } });
    await expect(
      classifier.classify({ id: 'b', content: { kind: 'file', path: join(root, 'none.png') } }),
    ).rejects.toThrow(/Cannot read b/);
    await classifier.dispose();
    expect(found.map(({ label }) => label)).toEqual(['blue', 'green', 'red']);
  });

  it('takes the label that pairs with a sound, and of a long one what its middle is', async () => {
    const classifier = await openZeroShot({ folder: join(root, 'sounds'), labels: ['low', 'high'] });
    expect(classifier).toMatchObject({ modality: 'audio', template: 'the sound of {}' });
    const classify = async (hertz: (sample: number) => number, length: number): Promise<string[]> => {
      const path = join(root, `${hertz(0)}-${length}.wav`);
      const sample = (_: unknown, i: number): number =>
        0.5 * Math.sin((2 * Math.PI * hertz(i) * i) / SOUND_RATE);
      await writeWav(path, Float32Array.from({ length }, sample), SOUND_RATE);
      const found = await classifier.classify({ id: path, content: { kind: 'file', path } });
      return found.map(({ label }) => label);
    };
    expect(await classify(() => 150, SOUND_SAMPLES)).toEqual(['low', 'high']);
    expect(await classify(() => 6000, SOUND_SAMPLES)).toEqual(['high', 'low']);
    // A fifth of it is high, and that is all that is heard.
    const isMiddle = (i: number): boolean => i >= 2 * SOUND_SAMPLES && i < 3 * SOUND_SAMPLES;
    expect(await classify((i) => (isMiddle(i) ? 6000 : 150), 5 * SOUND_SAMPLES)).toEqual(['high', 'low']);
    await classifier.dispose();
  });

  it('says what a model or a question lacks', async () => {
    const labels = ['red', 'blue'];
    await expect(openZeroShot({ folder: root, labels })).rejects.toThrow(/there is no config\.json/);
    await expect(openZeroShot({ folder: join(root, 'pictures'), labels: ['red'] })).rejects.toThrow(
      /at least two classes/,
    );
    await expect(openZeroShot({ folder: join(root, 'pictures'), labels, template: 'a' })).rejects.toThrow(
      /has no \{\}/,
    );
    await writeFile(join(root, 'config.json'), JSON.stringify({ model_type: 'resnet' }));
    await expect(openZeroShot({ folder: root, labels })).rejects.toThrow(
      /of type resnet pairs no names .* choose a CLIP/,
    );
    await writeFile(join(root, 'config.json'), JSON.stringify({ model_type: 'clip' }));
    await expect(openZeroShot({ folder: root, labels })).rejects.toThrow(/holds no model that can be used/);
  });
});
