import { crossEntropyTargets } from '@espalier/autodiff';
import { encodeModel, normaliseModel, trainableNames } from '@espalier/onnx';
import { preprocessing } from '@espalier/plugin-audio-mini';
import { createRandom } from '@espalier/base/random';
import { expect, it } from 'vitest';
import { drawBatch, sizeOf, type ExampleSet } from '../task.js';
import { createPretrainer, freshNetwork } from '../trainer.js';
import { buildNetwork, LOG_MEL } from './network.js';
import { createNoiseBank } from './recipes/noise.js';
import { renderSource } from './recipes/render.js';
import { createBiquad, filtered, SAMPLE_RATE, tuneBand, tuneLow } from './recipes/signal.js';
import { drawSource, type SourceKind } from './recipes/source.js';
import { createSoundSet } from './soundSet.js';
import { audioTask } from './task.js';

function sound(set: ExampleSet, label: number, key: number): Float32Array {
  const target = new Float32Array(sizeOf(LOG_MEL));
  set.draw(label, 1, target, key);
  return target;
}

it('is a network of under 3 MB that takes what the plugin makes of a second', () => {
  expect(LOG_MEL).toEqual([1, 96, 64]);
  expect(preprocessing.sampleRate).toBe(SAMPLE_RATE);
  const model = buildNetwork();
  expect(encodeModel(model).length).toBeLessThan(3e6);
  const { graph } = normaliseModel(model);
  expect(graph.inputs.map(({ name, shape }) => [name, shape])).toEqual([['log_mel', ['batch', ...LOG_MEL]]]);
  const count = trainableNames(graph).reduce(
    (sum, name) => sum + sizeOf(graph.initializers.get(name)?.dims ?? [0]),
    0,
  );
  expect(count).toBe(515_328);
});

it('draws the same sound for the same keys, whatever was drawn before', () => {
  const [first, second] = [createSoundSet(1, 20), createSoundSet(1, 20)];
  for (let label = 0; label < 20; label++) sound(second, label, 7);
  for (let label = 19; label >= 0; label--) {
    const drawn = sound(first, label, 3);
    expect(drawn).toEqual(sound(second, label, 3));
    expect(drawn).not.toEqual(sound(first, label, 4));
  }
  expect(sound(createSoundSet(2, 20), 0, 3)).not.toEqual(sound(first, 0, 3));
});

it('gives each class numbers of its own, of all kinds, in one voice or two', () => {
  const recipes = createSoundSet(1, 60).classes as readonly (readonly { source: { kind: string } }[])[];
  expect(new Set(recipes.map((recipe) => JSON.stringify(recipe))).size).toBe(60);
  const found = new Set(recipes.map(([first]) => first?.source.kind));
  expect(found).toEqual(new Set(Object.keys(drawSource)));
  expect(new Set(recipes.map(({ length }) => length))).toEqual(new Set([1, 2]));
});

it('has the mean and deviation that the preprocessing divides by', () => {
  const { examples } = drawBatch(audioTask({ seed: 1, classes: 600 }), 256, 1, 'statistics');
  const mean = examples.reduce((sum, value) => sum + value, 0) / examples.length;
  const variance = examples.reduce((sum, value) => sum + (value - mean) ** 2, 0) / examples.length;
  expect(Math.abs(mean)).toBeLessThan(0.1);
  expect(Math.abs(Math.sqrt(variance) - 1)).toBeLessThan(0.1);
});

it.each(Object.keys(drawSource) as SourceKind[])('renders %s to finite samples that sound', (kind) => {
  const bank = createNoiseBank(1);
  for (let number = 0; number < 20; number++) {
    const random = createRandom('source', kind, number);
    const samples = new Float32Array(SAMPLE_RATE);
    renderSource(samples, drawSource[kind](random), bank, random);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    expect(Number.isFinite(power)).toBe(true);
    expect(power).toBeGreaterThan(1e-9);
  }
});

it('tunes filters to what their names say', () => {
  const gainAt = (tune: (filter: ReturnType<typeof createBiquad>) => void, frequency: number): number => {
    const filter = createBiquad();
    tune(filter);
    const heard = Array.from({ length: 4000 }, (_, i) =>
      filtered(filter, Math.sin((2 * Math.PI * frequency * i) / SAMPLE_RATE)),
    );
    return Math.max(...heard.slice(2000));
  };
  const band = (filter: ReturnType<typeof createBiquad>): void => tuneBand(filter, 1000, 5);
  expect(gainAt(band, 1000)).toBeCloseTo(1, 2);
  expect(gainAt(band, 500)).toBeLessThan(0.2);
  const low = (filter: ReturnType<typeof createBiquad>): void => tuneLow(filter, 2000);
  expect(gainAt(low, 200)).toBeCloseTo(1, 1);
  expect(gainAt(low, 2000)).toBeCloseTo(Math.SQRT1_2, 1);
  expect(gainAt(low, 6000)).toBeLessThan(0.1);
});

it('lowers the loss on a batch with a few steps', async () => {
  const task = audioTask({ seed: 1, classes: 8 });
  const trainer = await createPretrainer(await freshNetwork(task, 1), task, 8);
  const { examples, labels } = drawBatch(task, 8, 0, 'test');
  const targets = crossEntropyTargets(labels, 8, { classes: 8 });
  const losses: number[] = [];
  for (let step = 0; step < 6; step++) {
    const input = { examples: { log_mel: examples }, targets, rates: [5e-4], weightDecay: 0, clip: 1 };
    losses.push((await trainer.step(input)).loss);
  }
  await trainer.dispose();
  expect(losses[0]).toBeCloseTo(Math.log(8), 4);
  expect(losses.at(-1)).toBeLessThan((losses[0] as number) - 0.1);
});
