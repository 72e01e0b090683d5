import {
  at,
  lookUp,
  extractModel,
  findFeatures,
  float32,
  node,
  normaliseModel,
  replaceHead,
  traceModel,
  type Model,
  type Tensor,
  sizeOf,
} from '@espalier/onnx';
import { tinyNetwork } from '@espalier/onnx/testing';
import { describe, expect, it } from 'vitest';
import type { StepInput } from '../../engine.js';
import {
  BATCH,
  CLASSES,
  bitsOf,
  cuts,
  dataOf,
  difference,
  dimsAt,
  gradientsOf,
  labelsOf,
  noise,
  suffixFrom,
  targetsOf,
  trainersOf,
  type EngineMaker,
  type Setup,
} from '../fixtures.js';

/** Saved states, frozen weights, batches that are not full, heads. */
export function trainerSuite(makeEngine: EngineMaker): void {
  const trainFrom = trainersOf(makeEngine);

  /** A suffix of the given nodes over one input, which ends at `y`. */
  const suffixOf = (
    nodes: Model['graph']['nodes'],
    input: Model['graph']['inputs'][number],
    initializers: Readonly<Record<string, Tensor>> = {},
  ): Model => ({
    irVersion: 8,
    opsets: new Map([['', 18]]),
    graph: {
      name: 'suffix',
      nodes,
      inputs: [input],
      outputs: [{ name: nodes.length === 0 ? input.name : 'y', dtype: 'float32', shape: null }],
      initializers: new Map(Object.entries(initializers)),
    },
    metadata: {},
  });

  const inputOf = (setup: Setup, step: number, rows = BATCH): StepInput => ({
    examples: setup.examples(rows, `batch ${step}`),
    targets: targetsOf(rows),
    rates: [0.01],
    weightDecay: 0.01,
  });

  const train = async (setup: Setup, from: number, to: number): Promise<number[]> => {
    const losses: number[] = [];
    for (let step = from; step < to; step++)
      losses.push((await setup.trainer.step(inputOf(setup, step))).loss);
    return losses;
  };

  /** A convolution so deep that the step holds its weight in another layout than the model. */
  async function deep(optimizer: Setup['spec']['optimizer']): Promise<Setup> {
    const suffix = suffixOf(
      [node('Conv', ['image', 'w', 'b'], ['c'], { pads: [1, 1, 1, 1] }), node('Relu', ['c'], ['y'])],
      { name: 'image', dtype: 'float32', shape: ['batch', 64, 4, 4] },
      { w: noise('w', [6, 64, 3, 3], 0.05), b: noise('b', [6], 0.1) },
    );
    const setup = await trainFrom('image', { suffix, buckets: [{ image: [64, 4, 4] }], optimizer });
    const examples: Setup['examples'] = (rows, name = 'deep') => ({
      image: dataOf(noise(name, [rows, 64, 4, 4])),
    });
    return { ...setup, examples };
  }

  describe('save and restore', () => {
    const kinds = ['sgd', 'adamw'] as const;

    it.each(kinds)('go on to the bit where training stood, in another trainer too: %s', async (kind) => {
      for (const make of [() => trainFrom('stem_relu', { optimizer: { kind } }), () => deep({ kind })]) {
        const [setup, other] = [await make(), await make()];
        await train(setup, 0, 4);
        const state = setup.trainer.save();
        const before = bitsOf(state.tensors);
        expect(state.step).toBe(4);
        const losses = await train(setup, 4, 8);
        const expected = bitsOf(setup.trainer.save().tensors);
        expect(bitsOf(state.tensors)).toEqual(before);
        for (const one of [setup, other]) {
          one.trainer.restore(state);
          expect(bitsOf(one.trainer.save().tensors)).toEqual(before);
          expect(await train(one, 4, 8)).toEqual(losses);
          expect(bitsOf(one.trainer.save().tensors)).toEqual(expected);
          expect(one.trainer.save().step).toBe(8);
        }
      }
    });

    it.each(kinds)('reset starts from the beginning and forgets the optimizer: %s', async (kind) => {
      const setup = await trainFrom('down_relu6', { optimizer: { kind } });
      const losses = await train(setup, 0, 4);
      const expected = bitsOf(setup.trainer.save().tensors);
      setup.trainer.reset(setup.weights);
      const states = [...setup.trainer.save().tensors].filter(([name]) => !setup.weights.has(name));
      expect(states.length).toBeGreaterThanOrEqual(setup.weights.size);
      expect(states.every(([, { data }]) => data.every((value) => Number(value) === 0))).toBe(true);
      expect(await train(setup, 0, 4)).toEqual(losses);
      expect(bitsOf(setup.trainer.save().tensors)).toEqual(expected);
    });

    it('give the weights in the layout of the model', async () => {
      const setup = await deep({ kind: 'sgd' });
      expect(bitsOf(setup.trainer.weights())).toEqual(bitsOf(setup.weights));
      for (const [name, { dims }] of setup.trainer.weights())
        expect(dims).toEqual(setup.weights.get(name)?.dims);
    });

    it('refuse what is missing or of another shape', async () => {
      const { trainer, weights } = await trainFrom('flat');
      const without = new Map([...weights].filter(([name]) => name !== 'espalier_head_bias'));
      expect(() => trainer.reset(without)).toThrow(/'espalier_head_bias' must be given as \[3\], got none/);
      const wrong = new Map([...weights, ['espalier_head_bias', float32([2], [0, 0])]]);
      expect(() => trainer.reset(wrong)).toThrow(/'espalier_head_bias' must be given as \[3\], got \[2\]/);
      const others = new Map(
        [...weights].map(([name, { dims }]) => [name, float32(dims, new Float32Array(sizeOf(dims)))]),
      );
      const before = bitsOf(trainer.weights());
      expect(() => trainer.restore({ step: 3, tensors: others })).toThrow(/__velocity' must be given/);
      others.delete('espalier_head_bias');
      expect(() => trainer.reset(others)).toThrow(/'espalier_head_bias' must be given/);
      // Nothing is half written.
      expect(bitsOf(trainer.weights())).toEqual(before);
    });
  });

  describe('frozen weights and other batches', () => {
    it('what is frozen stays, and what it computes stays with it', async () => {
      const setup = await trainFrom('stem_relu', { groups: new Map([['last.bias', 0]]) });
      const frozen = bitsOf(setup.spec.suffix.graph.initializers);
      const whole = await trainFrom('stem_relu');
      const [some, all] = await Promise.all(
        [setup, whole].map(({ trainer, weights }) => gradientsOf(trainer, weights, inputOf(setup, 0))),
      );
      for (const [name, gradient] of some as Map<string, Float32Array>) {
        expect(difference(all?.get(name) as Float32Array, gradient)).toBeLessThan(1e-6);
      }
      await train(setup, 0, 10);
      expect([...setup.trainer.weights().keys()].toSorted()).toEqual([...setup.weights.keys()].toSorted());
      expect(bitsOf(setup.spec.suffix.graph.initializers)).toEqual(frozen);
    });

    it.each(cuts)('5 examples in a batch of 8 give what a batch of 5 gives, from %s', async (cut) => {
      const padded = await trainFrom(cut);
      const exact = await trainFrom(cut, { batch: 5 });
      const { weights } = padded;
      // What a batch before has left must not show.
      const spoiled = { [cut]: padded.examples(BATCH)[cut]?.map(() => NaN) as Float32Array };
      await expect(padded.trainer.step({ ...inputOf(padded, 7), examples: spoiled })).rejects.toThrow(/NaN/);
      padded.trainer.reset(weights);
      const examples = padded.examples(5, 'five');
      const [a, b] = [await padded.trainer.evaluate(examples, 5), await exact.trainer.evaluate(examples, 5)];
      expect(a).toHaveLength(5 * CLASSES);
      expect(difference(b, a)).toBeLessThan(1e-5);
      const given = { examples, rates: [0], weightDecay: 0 };
      const inputs = [
        { ...given, targets: targetsOf(5) },
        { ...given, targets: targetsOf(5, 5) },
      ] as const;
      const losses = [await padded.trainer.step(inputs[0]), await exact.trainer.step(inputs[1])];
      expect(losses[0]?.loss).toBeCloseTo(losses[1]?.loss as number, 5);
      const found = await gradientsOf(padded.trainer, weights, inputs[0]);
      for (const [name, gradient] of await gradientsOf(exact.trainer, weights, inputs[1])) {
        expect([name, difference(gradient, lookUp(found, name)) < 2e-5]).toEqual([name, true]);
      }
    });

    it('clear what a batch before has left in the rows of whole numbers too', async () => {
      const suffix = suffixOf(
        [node('Gather', ['table', 'tokens'], ['y'], { axis: 0 })],
        { name: 'tokens', dtype: 'int64', shape: ['batch', 4] },
        { table: noise('table', [10, 6]) },
      );
      const setup = await trainFrom('image', { suffix, buckets: [{ tokens: [4] }] });
      expect(setup.trainer.width).toBe(6);
      const tokens = BigInt64Array.from({ length: BATCH * 4 }, (_, i) => BigInt((i * 3) % 10));
      const step = (rows: number): Promise<{ loss: number }> =>
        setup.trainer.step({
          examples: { tokens: tokens.slice(0, rows * 4) },
          targets: targetsOf(rows),
          rates: [0.1],
          weightDecay: 0,
        });
      const first = await step(BATCH);
      for (let i = 0; i < 20; i++) await step(BATCH);
      expect((await step(BATCH)).loss).toBeLessThan(first.loss);
      const table = dataOf(setup.trainer.weights().get('table'));
      expect(difference(table, dataOf(setup.weights.get('table')))).toBeGreaterThan(0.01);
      setup.trainer.reset(setup.weights);
      const full = await setup.trainer.evaluate({ tokens }, BATCH);
      const part = await setup.trainer.evaluate({ tokens: tokens.slice(0, 8) }, 2);
      expect(difference(full.slice(0, 2 * CLASSES), part)).toBeLessThan(1e-6);
    });
  });

  describe('a network that Espalier wrote', () => {
    it('trains again, under a new head', async () => {
      const body = normaliseModel(tinyNetwork({ size: 16 }));
      const head = { weight: noise('old head', [16, 2]), bias: noise('old bias', [2]) };
      const written = normaliseModel(replaceHead(body, 'flat', [1, 16], 'none', head));
      const features = at(findFeatures(written).tensors, 0);
      const { tensors } = await traceModel(written, { image: noise('image', [1, 3, 16, 16]) });
      for (const from of ['image', features]) {
        const suffix = extractModel(written, [from], [features], tensors);
        const dims = from === 'image' ? dimsAt.image : [16];
        const setup = await trainFrom('image', { suffix, buckets: [{ [from]: dims }] });
        const examples = { [from]: dataOf(noise('again', [BATCH, ...dims])) };
        const input = { ...inputOf(setup, 0), examples };
        const first = await setup.trainer.step(input);
        for (let step = 0; step < 5; step++) await setup.trainer.step(input);
        expect((await setup.trainer.step(input)).loss).toBeLessThan(first.loss);
      }
    });
  });

  describe('a trainer of the head alone', () => {
    it('is a linear classifier that learns', async () => {
      const suffix = suffixOf([], { name: 'flat', dtype: 'float32', shape: ['batch', 16] });
      const setup = await trainFrom('flat', { suffix, optimizer: { kind: 'adamw' } });
      expect([...setup.weights.keys()]).toEqual(['espalier_head_weight', 'espalier_head_bias']);
      expect(setup.trainer.width).toBe(16);
      const input = { ...inputOf(setup, 0), rates: [0.1] };
      for (let step = 0; step < 60; step++) await setup.trainer.step(input);
      const logits = await setup.trainer.evaluate(input.examples, BATCH);
      const best = labelsOf(BATCH).map((_, i) => {
        const row = [...logits.slice(i * CLASSES, (i + 1) * CLASSES)];
        return row.indexOf(Math.max(...row));
      });
      expect(best).toEqual(labelsOf(BATCH));
      const mirrored = await trainFrom('flat', { suffix: await suffixFrom('flat') });
      expect(await mirrored.trainer.evaluate(input.examples, 3)).toHaveLength(3 * CLASSES);
      expect(dimsAt.flat).toEqual([16]);
    });

    it('pools an activation that has pixels', async () => {
      const suffix = suffixOf([], { name: 'block_sum', dtype: 'float32', shape: ['batch', 12, 4, 4] });
      const { trainer, weights, examples } = await trainFrom('block_sum', { suffix });
      const given = examples(2);
      const logits = await trainer.evaluate(given, 2);
      const data = given['block_sum'] as Float32Array;
      const [weight, bias] = [...weights.values()].map(dataOf) as [Float32Array, Float32Array];
      const expected = [0, 1].flatMap((row) =>
        [0, 1, 2].map((k) => {
          const means = Array.from({ length: 12 }, (_, c) => {
            const plane = data.slice((row * 12 + c) * 16, (row * 12 + c + 1) * 16);
            return plane.reduce((a, b) => a + b, 0) / 16;
          });
          return means.reduce((sum, mean, c) => sum + mean * at(weight, c * CLASSES + k), at(bias, k));
        }),
      );
      expect(difference(expected, logits)).toBeLessThan(1e-5);
    });
  });
}
