import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEncoder } from '@espalier/data';
import { normaliseModel, readModel, writeModel } from '@espalier/onnx';
import { preprocessingSchema } from '@espalier/transfer';
import { describe, expect, it } from 'vitest';
import { plainAudio, plainImage } from './index.js';
import { noise, runModel } from './testing/run.js';

describe.each([
  { make: plainImage, loudest: 1 },
  { make: plainAudio, loudest: 15 },
])('$make.name', ({ make, loudest }) => {
  const plain = make();
  const open = async (): Promise<{ shape: readonly number[]; size: number }> => {
    const encoder = await openEncoder(plain.preprocessing, 'input');
    const shape = encoder.buckets[0]?.['input'] as readonly number[];
    return { shape, size: shape.reduce((a, b) => a * b, 1) };
  };

  it('reads what the encoder makes', async () => {
    const { shape } = await open();
    expect(preprocessingSchema.parse(plain.preprocessing)).toEqual(plain.preprocessing);
    expect(plain.model.graph.inputs).toEqual([
      { name: 'input', dtype: 'float32', shape: ['batch', ...shape] },
    ]);
  });

  it('gives finite features for what has no content', async () => {
    const { shape, size } = await open();
    const levels = [0, loudest / 2, loudest].map((level) => new Float32Array(size).fill(level));
    for (const features of await runModel(plain.model, shape, levels)) {
      expect(features).toHaveLength(plain.width);
      expect(features.every(Number.isFinite)).toBe(true);
    }
  });

  it('gives an example the same features in any batch', async () => {
    const { shape, size } = await open();
    const examples = [1, 2, 3].map((seed) => noise(size, seed).map((value) => value * loudest));
    const together = await runModel(plain.model, shape, examples);
    for (const [i, example] of examples.entries()) {
      const [alone] = await runModel(plain.model, shape, [example]);
      for (const [k, value] of (alone as Float32Array).entries())
        expect(Math.abs((together[i]?.[k] as number) - value)).toBeLessThan(1e-4);
    }
    expect(together[0]).not.toEqual(together[1]);
  });

  it('is the same graph each time, and after a way through a file', async () => {
    expect(make()).toEqual(plain);
    const { shape, size } = await open();
    const examples = [noise(size).map((value) => value * loudest)];
    const folder = await mkdtemp(join(tmpdir(), 'espalier-plain-'));
    try {
      const path = join(folder, 'plain.onnx');
      await writeModel(path, normaliseModel(plain.model));
      const read = normaliseModel(await readModel(path));
      expect(await runModel(read, shape, examples)).toEqual(await runModel(plain.model, shape, examples));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
