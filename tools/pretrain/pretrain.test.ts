import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crossEntropyTargets } from '@espalier/autodiff';
import { encodeModel, normaliseModel, readModel, trainableNames, writeModel } from '@espalier/onnx';
import { expect, it, onTestFinished } from 'vitest';
import { CheckpointError, readCheckpoint } from './checkpoint.js';
import { buildNetwork } from './network.js';
import { pretrain, type PretrainOptions } from './pretrain.js';
import { rateAt } from './schedule.js';
import { drawBatch } from './task.js';
import { createPretrainer, freshNetwork } from './trainer.js';
import { visionTask } from './visionTask.js';

const task = visionTask({ seed: 1, classes: 8 });

async function settings(steps: number): Promise<PretrainOptions> {
  const folder = await mkdtemp(join(tmpdir(), 'espalier-pretrain-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return {
    seed: 1,
    steps,
    classes: 8,
    batch: 8,
    rate: 1e-3,
    checkpoint: join(folder, 'checkpoint'),
    checkpointEvery: 2,
    progressEvery: 1,
    heldOut: 8,
    resume: false,
    onProgress: () => undefined,
  };
}

it('is a network of under 2 MB that survives writing and reading', async () => {
  expect(encodeModel(buildNetwork()).length).toBeLessThan(2e6);
  const { checkpoint } = await settings(1);
  await writeModel(checkpoint, buildNetwork());
  const { graph } = normaliseModel(await readModel(checkpoint));
  expect(graph.inputs.map(({ name, shape }) => [name, shape?.[0]])).toEqual([['image', 'batch']]);
  expect(graph.outputs.map(({ name }) => name)).toEqual(['features']);
  const count = trainableNames(graph).reduce(
    (sum, name) => sum + (graph.initializers.get(name)?.data.length ?? 0),
    0,
  );
  expect(count).toBe(441_888);
});

it('lowers the loss on a batch with a few steps', async () => {
  const trainer = await createPretrainer(await freshNetwork(task, 1), task, 8);
  const { examples, labels } = drawBatch(task, 8, 0, 'test');
  const targets = crossEntropyTargets(labels, 8, { classes: 8 });
  const losses: number[] = [];
  for (let step = 0; step < 6; step++) {
    const { loss } = await trainer.step({
      examples: { image: examples },
      targets,
      rates: [5e-4],
      weightDecay: 0,
      clip: 1,
    });
    losses.push(loss);
  }
  await trainer.dispose();
  expect(losses[0]).toBeCloseTo(Math.log(8), 4);
  expect(losses.at(-1)).toBeLessThan((losses[0] as number) - 0.1);
});

it('goes on after an interruption exactly where it stood', async () => {
  const options = await settings(4);
  const whole = await pretrain(task, options);
  // What is left is the checkpoint of the last step; a run that stopped earlier leaves an earlier one.
  const stopped = { ...options, onProgress: stopAt(3) };
  await expect(pretrain(task, stopped)).rejects.toThrow('stopped');
  const resumed = await pretrain(task, { ...options, resume: true });
  expect(encodeModel(resumed.model)).toEqual(encodeModel(whole.model));
});

const stopAt =
  (step: number): PretrainOptions['onProgress'] =>
  (line) => {
    if (line.startsWith(`step ${step}/`)) throw new Error('stopped');
  };

it('does not go on with a checkpoint of other settings', async () => {
  const options = await settings(2);
  await expect(readCheckpoint(options.checkpoint, options)).rejects.toThrow(CheckpointError);
  await pretrain(task, options);
  await expect(pretrain(task, { ...options, rate: 1, resume: true })).rejects.toThrow(
    'give the same settings',
  );
});

it('warms up and comes down', () => {
  const rates = Array.from({ length: 100 }, (_, step) => rateAt(step, 100, 1));
  expect(rates[0]).toBeCloseTo(0.2);
  expect(rates[5]).toBe(1);
  expect(rates[99]).toBeLessThan(0.001);
});
