import { losses, optimizers } from '@espalier/autodiff';
import { at, lookUp } from '@espalier/onnx';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HeadResult, HeadsTrainer, StepResult } from '../../engine.js';
import { bitsOf, dataOf, difference, type EngineMaker } from '../fixtures.js';
import {
  configurations,
  examplesAt,
  headsOf,
  plain,
  singleInput,
  singleOf,
  specOf,
  stepAll,
  type Configuration,
  type Shape,
} from '../heads.js';

const STEPS = 20;
/** More than one block. */
const MOST_HEADS = 20;

const shapes = fc
  .record({
    width: fc.integer({ min: 1, max: 24 }),
    outputs: fc.integer({ min: 1, max: 5 }),
    batch: fc.integer({ min: 1, max: 9 }),
    missing: fc.nat({ max: 8 }),
    loss: fc.constantFrom(...losses.known()),
    optimizer: fc.constantFrom(...optimizers.known()),
    clip: fc.boolean(),
    dropout: fc.boolean(),
    seed: fc.nat({ max: 1e6 }),
  })
  .map(({ missing, ...shape }): Shape => ({ ...shape, rows: Math.max(1, shape.batch - missing) }));

/** The loss and the norm of a head that trains. */
export function trained(result: HeadResult | undefined): StepResult {
  if (result?.kind !== 'trained') throw result?.error ?? new Error('the head has no result');
  return { loss: result.loss, norm: result.norm };
}

/** Heads side by side against each of them alone. */
export function headsSuite(makeEngine: EngineMaker): void {
  describe('heads side by side', () => {
    it('are each what the trainer of one head gives, within rounding', async () => {
      const property = fc.asyncProperty(
        shapes,
        fc.integer({ min: 1, max: MOST_HEADS }),
        async (shape, count) => {
          const heads = configurations(shape, count);
          const fused = await headsOf(makeEngine, specOf(shape));
          for (const { name, weights } of heads) fused.reset(name, weights);
          const results: Map<string, HeadResult>[] = [];
          for (let step = 0; step < STEPS; step++) results.push(await stepAll(fused, shape, heads, step));
          const logits = await fused.evaluate(examplesAt(shape, STEPS), shape.rows);
          const single = await singleOf(makeEngine, specOf(shape));
          for (const head of [at(heads, 0), at(heads, -1)]) {
            single.reset(head.weights);
            for (const result of results) {
              const expected = await single.step(singleInput(shape, head, results.indexOf(result)));
              const found = trained(result.get(head.name));
              expect(Math.abs(found.loss - expected.loss)).toBeLessThanOrEqual(5e-6 * (1 + expected.loss));
              expect(found.norm === null).toBe(expected.norm === null);
              const norm = expected.norm ?? 0;
              expect(Math.abs((found.norm ?? 0) - norm)).toBeLessThanOrEqual(5e-6 * (1 + norm));
            }
            const state = fused.save(head.name);
            expect([state.step, [...state.tensors.keys()]]).toEqual([
              STEPS,
              [...single.save().tensors.keys()],
            ]);
            for (const [name, tensor] of single.weights()) {
              const found = fused.weights(head.name).get(name);
              expect(found?.dims).toEqual(tensor.dims);
              // Relative to 1 at least, the size of features and targets, whose rounding this is.
              expect(difference(dataOf(tensor), dataOf(found), 1)).toBeLessThan(1e-6);
            }
            const expected = await single.evaluate(examplesAt(shape, STEPS), shape.rows);
            expect(difference(expected, lookUp(logits, head.name), 1)).toBeLessThan(5e-6);
          }
        },
      );
      await fc.assert(property, { numRuns: 12 });
    });

    /** The states of a head that trains alone, before each step and after the last, and its results. */
    async function alone(trainer: HeadsTrainer, shape: Shape, head: Configuration) {
      const states = [];
      const results: StepResult[] = [];
      trainer.reset(head.name, head.weights);
      for (let step = 0; step <= STEPS; step++) {
        states.push(bitsOf(trainer.save(head.name).tensors));
        if (step < STEPS) results.push(trained((await stepAll(trainer, shape, [head], step)).get(head.name)));
      }
      trainer.drop(head.name);
      return { states, results };
    }

    const moves = fc.array(
      fc.record({
        step: fc.nat({ max: STEPS - 1 }),
        head: fc.nat({ max: MOST_HEADS - 1 }),
        what: fc.constantFrom('move', 'move', 'drop'),
      }),
      { maxLength: 40 },
    );

    it('are to the bit what each is alone, whatever heads come, leave and resume elsewhere', async () => {
      const property = fc.asyncProperty(shapes, moves, async (shape, events) => {
        const heads = configurations(shape, MOST_HEADS);
        const [first, second] = [
          await headsOf(makeEngine, specOf(shape)),
          await headsOf(makeEngine, specOf(shape)),
        ];
        const expected = new Map<string, Awaited<ReturnType<typeof alone>>>();
        for (const head of heads) expected.set(head.name, await alone(first, shape, head));
        const placed = new Map(heads.map((head, k) => [head, k % 3 === 0 ? second : first]));
        for (const [head, trainer] of placed) trainer.reset(head.name, head.weights);
        for (let step = 0; step < STEPS; step++) {
          for (const { head: index, what } of events.filter((event) => event.step === step)) {
            const head = at(heads, index);
            const from = placed.get(head);
            if (from === undefined) continue;
            const state = from.save(head.name);
            expect(bitsOf(state.tensors)).toEqual(lookUp(expected, head.name).states[step]);
            from.drop(head.name);
            placed.delete(head);
            if (what === 'drop') continue;
            const to = from === first ? second : first;
            to.restore(head.name, state);
            placed.set(head, to);
          }
          for (const trainer of [first, second]) {
            const here = [...placed].filter(([, where]) => where === trainer).map(([head]) => head);
            expect(trainer.names().toSorted()).toEqual(here.map(({ name }) => name).toSorted());
            for (const [name, result] of await stepAll(trainer, shape, here, step)) {
              expect(trained(result)).toEqual(lookUp(expected, name).results[step]);
            }
          }
        }
        for (const [{ name }, trainer] of placed) {
          expect(bitsOf(trainer.save(name).tensors)).toEqual(lookUp(expected, name).states[STEPS]);
        }
      });
      await fc.assert(property, { numRuns: 6 });
    });

    it.each([
      [1280, 10, 32],
      [1000, 3, 7],
      [257, 1, 1],
    ])(
      'of width %i and %i outputs, batch %i, are each what it is alone to the bit',
      async (width, outputs, batch) => {
        const shape: Shape = { ...plain, width, outputs, batch, rows: batch, optimizer: 'adamw' };
        const heads = configurations(shape, 17);
        const trainer = await headsOf(makeEngine, specOf(shape));
        for (const { name, weights } of heads) trainer.reset(name, weights);
        for (let step = 0; step < 3; step++) await stepAll(trainer, shape, heads, step);
        const found = heads.map(({ name }) => bitsOf(trainer.save(name).tensors));
        for (const { name } of heads) trainer.drop(name);
        for (const k of [0, 5, 15, 16]) {
          const head = at(heads, k);
          trainer.reset(head.name, head.weights);
          for (let step = 0; step < 3; step++) await stepAll(trainer, shape, [head], step);
          expect(bitsOf(trainer.save(head.name).tensors)).toEqual(found[k]);
          trainer.drop(head.name);
        }
      },
    );
  });
}
