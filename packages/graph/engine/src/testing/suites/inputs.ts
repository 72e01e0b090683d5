import { lookUp, at } from '@espalier/onnx';
import { createRandom } from '@espalier/base/random';
import { describe, expect, it } from 'vitest';
import { dropoutMask } from '../../dropout.js';
import { EngineError } from '../../errors.js';
import { BATCH, difference, gradientsOf, targetsOf, trainersOf, type EngineMaker } from '../fixtures.js';

/** Tests of what a step refuses, and what it does with a dropout mask. */
export function inputSuite(makeEngine: EngineMaker): void {
  const trainFrom = trainersOf(makeEngine);

  describe('a trainer says what is wrong', () => {
    const step = { targets: targetsOf(BATCH), rates: [0.1], weightDecay: 0 };

    it('with an input', async () => {
      const { trainer, examples } = await trainFrom('flat');
      await expect(trainer.step({ ...step, examples: {} })).rejects.toThrow(EngineError);
      await expect(trainer.step({ ...step, examples: {} })).rejects.toThrow(/input 'flat' is missing/);
      await expect(trainer.evaluate({}, 1)).rejects.toThrow(/input 'flat' is missing/);
      const many = examples(BATCH + 1);
      await expect(trainer.step({ ...step, examples: many })).rejects.toThrow(/input 'flat' has more rows/);
      await expect(trainer.evaluate(many, BATCH + 1)).rejects.toThrow(EngineError);
    });

    it('with rates and targets', async () => {
      const { trainer, examples } = await trainFrom('flat');
      const given = { ...step, examples: examples(BATCH) };
      for (const rates of [[], [0.1, 0.1]]) {
        await expect(trainer.step({ ...given, rates })).rejects.toThrow(EngineError);
        await expect(trainer.step({ ...given, rates })).rejects.toThrow(
          new RegExp(`1 learning rates are needed, got ${rates.length}`),
        );
      }
      const short = { ...given, targets: new Float32Array(3) };
      await expect(trainer.step(short)).rejects.toThrow(/targets must be \[8,3\], got 3 numbers/);
      expect((await trainer.step(given)).loss).toBeGreaterThan(0);
    });

    it('with a loss that is no number, by step', async () => {
      const { trainer, examples, weights } = await trainFrom('flat');
      const given = { ...step, examples: examples(BATCH) };
      await trainer.step(given);
      await trainer.step(given);
      const failing = trainer.step({ ...given, examples: { flat: new Float32Array(BATCH * 16).fill(NaN) } });
      await expect(failing).rejects.toThrow(EngineError);
      trainer.reset(weights);
      await trainer.step(given);
      const again = trainer.step({
        ...given,
        examples: { flat: new Float32Array(BATCH * 16).fill(Infinity) },
      });
      await expect(again).rejects.toThrow(/loss became NaN at step 2: the learning rate is too high/);
    });
  });

  describe('a dropout mask', () => {
    it('multiplies the features of a step, and not those of an evaluation', async () => {
      const { trainer, weights, examples } = await trainFrom('flat', { dropout: true });
      const plain = await trainFrom('flat');
      const mask = dropoutMask(createRandom('step'), BATCH * 16, 0.4);
      const given = examples(BATCH);
      const masked = { flat: (given['flat'] as Float32Array).map((value, i) => value * at(mask, i)) };
      const input = { targets: targetsOf(BATCH), rates: [0], weightDecay: 0 };
      const found = await gradientsOf(trainer, weights, { ...input, examples: given, mask });
      const expected = await gradientsOf(plain.trainer, weights, { ...input, examples: masked });
      for (const [name, gradient] of expected) {
        expect(difference(gradient, lookUp(found, name))).toBeLessThan(1e-5);
      }
      expect(
        difference(await plain.trainer.evaluate(given, BATCH), await trainer.evaluate(given, BATCH)),
      ).toBe(0);
      const without = await gradientsOf(trainer, weights, { ...input, examples: given });
      expect(
        difference(lookUp(expected, 'espalier_head_weight'), lookUp(without, 'espalier_head_weight')),
      ).toBeGreaterThan(0.05);
    });
  });
}
