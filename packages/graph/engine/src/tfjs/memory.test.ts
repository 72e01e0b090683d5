import { normaliseModel } from '@espalier/onnx';
import { tinyNetwork } from '@espalier/onnx/testing';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { BATCH, noise, targetsOf, trainersOf } from '../testing/fixtures.js';
import { configurations, examplesAt, plain, specOf, stepAll } from '../testing/heads.js';
import { createTfjsEngine } from './engine.js';

const trainFrom = trainersOf(() => createTfjsEngine());

/** Tensors that live, and the bytes of their data. */
const held = (): { tensors: number; bytes: number } => {
  const { numTensors, numBytes } = tf.memory();
  return { tensors: numTensors, bytes: numBytes };
};

it('a trainer holds as much after 1,000 steps as after 10, and nothing when it is disposed', async () => {
  await createTfjsEngine();
  const empty = held();
  const { trainer, examples, weights } = await trainFrom('block_sum', {
    optimizer: { kind: 'adamw' },
    clip: true,
    dropout: true,
  });
  const input = { examples: examples(BATCH), targets: targetsOf(BATCH), rates: [1e-3], weightDecay: 0.01 };
  const steps = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) await trainer.step(input);
    await trainer.evaluate(input.examples, BATCH);
    trainer.restore(trainer.save());
  };
  await steps(10);
  const early = held();
  await steps(990);
  expect(held()).toEqual(early);
  trainer.reset(weights);
  await expect(trainer.step({ ...input, rates: [] })).rejects.toThrow(/learning rates/);
  expect(held()).toEqual(early);
  await trainer.dispose();
  expect(held()).toEqual(empty);
});

it('heads hold as much after 200 steps as after 10, and nothing when they are disposed', async () => {
  const engine = await createTfjsEngine();
  const empty = held();
  const shape = { ...plain, optimizer: 'adamw', dropout: true };
  const heads = configurations(shape, 20);
  const trainer = await engine.compileHeads(specOf(shape));
  for (const { name, weights } of heads) trainer.reset(name, weights);
  const steps = async (count: number): Promise<void> => {
    for (let step = 0; step < count; step++) await stepAll(trainer, shape, heads, step);
    await trainer.evaluate(examplesAt(shape, 0), shape.rows);
    trainer.restore('head 3', trainer.save('head 3'));
  };
  await steps(10);
  const early = held();
  await steps(190);
  expect(held()).toEqual(early);
  for (const { name } of heads.slice(4)) trainer.drop(name);
  expect(held().bytes).toBeLessThan(early.bytes);
  await trainer.dispose();
  expect(held()).toEqual(empty);
});

it('a forward pass leaves nothing', async () => {
  const engine = await createTfjsEngine();
  const empty = held();
  const forward = await engine.compileForward(normaliseModel(tinyNetwork()));
  const image = noise('forward', [2, 3, 24, 24]);
  await forward.run({ image });
  const after = held();
  await forward.run({ image });
  expect(held()).toEqual(after);
  await expect(forward.run({})).rejects.toThrow(/input 'image' is missing/);
  await expect(forward.run({ image: noise('wrong', [2, 4, 24, 24]) })).rejects.toThrow(/Conv 'stem'/);
  expect(held()).toEqual(after);
  await forward.dispose();
  expect(held()).toEqual(empty);
});
