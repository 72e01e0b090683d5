import { lookUp, at, type Tensor } from '@espalier/onnx';
import { describe, expect, it } from 'vitest';
import type { StepInput } from '../../engine.js';
import {
  BATCH,
  bitsOf,
  dataOf,
  difference,
  gradientsOf,
  targetsOf,
  type Cut,
  trainersOf,
  type EngineMaker,
  type Setup,
} from '../fixtures.js';

/** Updates against plain JavaScript, decay, clipping and learning-rate groups. */
export function optimizerSuite(makeEngine: EngineMaker): void {
  const trainFrom = trainersOf(makeEngine);

  const STEPS = 20;
  const DECAY = 0.05;

  type Values = Record<string, Float64Array>;
  type Update = (p: number, g: number, decay: number, state: [number, number], step: number) => number;

  const rateAt = (step: number): number => 0.02 / (1 + 0.1 * step);

  /** torch.optim.SGD. */
  const sgd: Update = (p, g, decay, state, step) => {
    const pull = g + decay * p;
    state[0] = step === 1 ? pull : 0.9 * state[0] + pull;
    return p - rateAt(step) * state[0];
  };

  /** torch.optim.AdamW. */
  const adamW: Update = (p, g, decay, state, step) => {
    const rate = rateAt(step);
    const kept = p * (1 - rate * decay);
    state[0] = 0.9 * state[0] + 0.1 * g;
    state[1] = 0.99 * state[1] + 0.01 * g * g;
    const denominator = Math.sqrt(state[1]) / Math.sqrt(1 - 0.99 ** step) + 1e-6;
    return kept - ((rate / (1 - 0.9 ** step)) * state[0]) / denominator;
  };

  const doubles = (weights: ReadonlyMap<string, Tensor>): Values =>
    Object.fromEntries([...weights].map(([name, tensor]) => [name, Float64Array.from(dataOf(tensor))]));

  const stepInput = (setup: Setup, step: number): StepInput => ({
    examples: setup.examples(BATCH, `batch ${step}`),
    targets: targetsOf(BATCH),
    rates: [rateAt(step)],
    weightDecay: DECAY,
  });

  /** Trains, and follows with the same update in plain JavaScript on the gradients of the engine. */
  async function follow(cut: Cut, optimizer: Setup['spec']['optimizer'], update: Update): Promise<number[]> {
    const setup = await trainFrom(cut, { optimizer });
    const recovery = await trainFrom(cut);
    const { trainer, weights } = setup;
    const expected = doubles(weights);
    const states = new Map(
      Object.entries(expected).map(([name, values]) => [
        name,
        Array.from(values, (): [number, number] => [0, 0]),
      ]),
    );
    for (let step = 1; step <= STEPS; step++) {
      const input = stepInput(setup, step);
      const gradients = await gradientsOf(recovery.trainer, trainer.weights(), input);
      for (const [name, values] of Object.entries(expected)) {
        const decay = (weights.get(name)?.dims.length ?? 0) > 1 ? DECAY : 0;
        values.forEach((p, i) => {
          const state = states.get(name)?.[i] as [number, number];
          values[i] = update(p, gradients.get(name)?.[i] as number, decay, state, step);
        });
      }
      await trainer.step(input);
    }
    const found = trainer.weights();
    return Object.entries(expected).map(([name, values]) => {
      const start = dataOf(weights.get(name));
      const moved = Float64Array.from(values, (value, i) => value - at(start, i));
      const movedHere = Float64Array.from(dataOf(found.get(name)), (value, i) => value - at(start, i));
      return difference(moved, movedHere);
    });
  }

  describe('an optimizer against the same update in plain JavaScript', () => {
    it.each<Cut>(['flat', 'block_sum', 'image'])('SGD with momentum and decay, from %s', async (cut) => {
      const differences = await follow(cut, { kind: 'sgd', options: { momentum: 0.9 } }, sgd);
      expect(differences.length).toBeGreaterThanOrEqual(2);
      expect(Math.max(...differences)).toBeLessThan(1e-4);
    });

    it.each<Cut>(['flat', 'block_sum', 'image'])('AdamW with decay, from %s', async (cut) => {
      const options = { kind: 'adamw', options: { beta1: 0.9, beta2: 0.99, epsilon: 1e-6 } } as const;
      const differences = await follow(cut, options, adamW);
      expect(Math.max(...differences)).toBeLessThan(1e-4);
    });
  });

  describe('weight decay', () => {
    it.each(['sgd', 'adamw'] as const)(
      'shrinks matrices and kernels and leaves vectors alone: %s',
      async (kind) => {
        const { trainer, weights, examples } = await trainFrom('stem_relu', { optimizer: { kind } });
        const nothing = new Float32Array(BATCH * trainer.targetWidth);
        await trainer.step({ examples: examples(BATCH), targets: nothing, rates: [0.1], weightDecay: 0.5 });
        for (const [name, tensor] of trainer.weights()) {
          const before = lookUp(weights, name);
          const factor = before.dims.length > 1 ? 1 - 0.1 * 0.5 : 1;
          expect(
            difference(
              dataOf(before).map((value) => value * factor),
              dataOf(tensor),
            ),
          ).toBeLessThan(1e-6);
        }
        expect([...weights.values()].map(({ dims }) => dims.length)).toContain(4);
      },
    );
  });

  describe('decay to the weights of the model', () => {
    it.each(['sgd', 'adamw'] as const)(
      'draws its matrices and kernels back, and those of the head to zero: %s',
      async (kind) => {
        const setup = await trainFrom('stem_relu', { optimizer: { kind }, anchored: true });
        const { trainer, weights, examples, spec } = setup;
        const away = new Map(
          [...weights].map(([name, { dims }]): [string, Tensor] => {
            const moved = dataOf(weights.get(name)).map((value, i) => value + 0.1 * Math.sin(i));
            return [name, { dtype: 'float32', dims, data: moved }];
          }),
        );
        trainer.reset(away);
        const nothing = new Float32Array(BATCH * trainer.targetWidth);
        await trainer.step({ examples: examples(BATCH), targets: nothing, rates: [0.1], weightDecay: 0.5 });
        for (const [name, tensor] of trainer.weights()) {
          const before = lookUp(away, name);
          const own = spec.suffix.graph.initializers.get(name);
          const share = before.dims.length > 1 ? 0.1 * 0.5 : 0;
          const expected = dataOf(before).map(
            (value, i) => value - share * (value - (own === undefined ? 0 : at(dataOf(own), i))),
          );
          expect(difference(expected, dataOf(tensor))).toBeLessThan(1e-6);
        }
        expect([...weights.values()].map(({ dims }) => dims.length)).toContain(4);
      },
    );

    it('adds to the step that the gradient makes', async () => {
      const [plain, anchored] = [
        await trainFrom('block_sum'),
        await trainFrom('block_sum', { anchored: true }),
      ];
      const input = { examples: plain.examples(BATCH), targets: targetsOf(BATCH), rates: [0.02] };
      for (let step = 0; step < 3; step++) {
        await plain.trainer.step({ ...input, weightDecay: 0 });
        await anchored.trainer.step({ ...input, weightDecay: 0 });
      }
      expect(bitsOf(anchored.trainer.weights())).toEqual(bitsOf(plain.trainer.weights()));
    });
  });

  describe('clipping by the global norm', () => {
    it('reports the norm and scales all gradients down together, or none', async () => {
      const plain = await trainFrom('down_relu6');
      const clipping = await trainFrom('down_relu6', { clip: true });
      const input: StepInput = {
        examples: plain.examples(BATCH),
        targets: targetsOf(BATCH),
        rates: [0],
        weightDecay: 0,
      };
      const gradients = await gradientsOf(plain.trainer, plain.weights, input);
      const norm = Math.sqrt(
        [...gradients.values()].flatMap((one) => [...one]).reduce((sum, g) => sum + g * g, 0),
      );
      expect((await plain.trainer.step(input)).norm).toBeNull();
      for (const limit of [norm / 7, norm * 0.999, norm * 2, undefined]) {
        const clipped = { ...input, ...(limit !== undefined && { clip: limit }) };
        const found = await gradientsOf(clipping.trainer, clipping.weights, clipped);
        const factor = Math.min(1, (limit ?? Infinity) / norm);
        for (const [name, gradient] of gradients) {
          const expected = gradient.map((g) => g * factor);
          expect(difference(expected, lookUp(found, name))).toBeLessThan(2e-5);
        }
        clipping.trainer.reset(clipping.weights);
        expect(((await clipping.trainer.step(clipped)).norm as number) / norm).toBeCloseTo(1, 5);
      }
    });
  });

  describe('learning rates by group', () => {
    const groups = async (
      rates: readonly number[],
    ): Promise<{ setup: Setup; moved: Map<string, Float32Array> }> => {
      const setup = await trainFrom('block_sum', {
        groups: new Map([
          ['last.weight', 0],
          ['last.bias', 2],
        ]),
        headGroup: 1,
      });
      const { trainer, weights, examples } = setup;
      expect(trainer.groupCount).toBe(3);
      await trainer.step({ examples: examples(BATCH), targets: targetsOf(BATCH), rates, weightDecay: 0 });
      const moved = [...trainer.weights()].map(([name, tensor]): [string, Float32Array] => [
        name,
        dataOf(tensor).map((value, i) => value - at(dataOf(weights.get(name)), i)),
      ]);
      return { setup, moved: new Map(moved) };
    };

    it('of 0 leave their parameters as they are, to the bit', async () => {
      const { moved } = await groups([0, 0.5, 0]);
      const still = [...moved]
        .filter(([, change]) => change.every((value) => value === 0))
        .map(([name]) => name);
      expect(still).toEqual(['last.weight', 'last.bias']);
    });

    it('scale the step of theirs and of no others', async () => {
      const { moved: one } = await groups([0.1, 0.1, 0.1]);
      const { moved: other } = await groups([0.2, 0.4, 0.1]);
      const factors = { 'last.weight': 2, 'last.bias': 1, espalier_head_weight: 4, espalier_head_bias: 4 };
      for (const [name, factor] of Object.entries(factors)) {
        const scaled = lookUp(one, name).map((value) => value * factor);
        expect(difference(scaled, lookUp(other, name))).toBeLessThan(1e-4);
      }
    });

    it('pass gradients through stages that are not trained, unchanged', async () => {
      const all = await trainFrom('stem_relu');
      const some = await trainFrom('stem_relu', { groups: new Map([['block.weight', 0]]) });
      const input: StepInput = {
        examples: all.examples(BATCH),
        targets: targetsOf(BATCH),
        rates: [0],
        weightDecay: 0,
      };
      const whole = await gradientsOf(all.trainer, all.weights, input);
      const own = new Map([...all.weights].filter(([name]) => some.weights.has(name)));
      const found = await gradientsOf(some.trainer, own, input);
      expect([...found.keys()]).toContain('block.weight');
      for (const [name, gradient] of found) {
        expect(difference(lookUp(whole, name), gradient)).toBeLessThan(1e-5);
      }
    });

    it('do not reach weights that are in no group', async () => {
      const { trainer, examples, spec } = await trainFrom('stem_relu', {
        groups: new Map([['block.bias', 0]]),
      });
      const before = bitsOf(spec.suffix.graph.initializers);
      for (let step = 0; step < 5; step++) {
        await trainer.step({
          examples: examples(BATCH),
          targets: targetsOf(BATCH),
          rates: [0.1],
          weightDecay: 0.1,
        });
      }
      expect([...trainer.weights().keys()]).toEqual([
        'block.bias',
        'espalier_head_weight',
        'espalier_head_bias',
      ]);
      expect(bitsOf(spec.suffix.graph.initializers)).toEqual(before);
    });
  });
}
