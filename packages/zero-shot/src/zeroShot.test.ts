import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openZeroShot } from './index.js';
import { writeInferenceModel, writePictureModel } from './testing.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'espalier-zero-shot-'));
  await writeInferenceModel(join(root, 'inference'));
  await writePictureModel(join(root, 'pictures'));
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
