import { crossEntropyTargets, squaredErrorTargets } from '@espalier/autodiff';
import { describe, expect, it } from 'vitest';
import type { Trainer } from '../../engine.js';
import { BATCH, CLASSES, cuts, labelsOf, targetsOf, trainersOf, type EngineMaker } from '../fixtures.js';

/** Losses against their formulas. */
export function lossSuite(makeEngine: EngineMaker): void {
  const trainFrom = trainersOf(makeEngine);

  /** log softmax of one row, in double precision. */
  function logSoftmax(row: readonly number[]): number[] {
    const most = Math.max(...row);
    const total = Math.log(row.reduce((sum, z) => sum + Math.exp(z - most), 0)) + most;
    return row.map((z) => z - total);
  }

  const rowsOf = (flat: Float32Array, width: number): number[][] =>
    Array.from({ length: flat.length / width }, (_, i) => [...flat.slice(i * width, (i + 1) * width)]);

  /** PyTorch's CrossEntropyLoss(weight, label_smoothing) with mean reduction, as its manual writes it. */
  function crossEntropy(
    logits: readonly number[][],
    labels: readonly number[],
    smoothing = 0,
    classWeights = new Array<number>(CLASSES).fill(1),
  ): number {
    const at = (k: number): number => classWeights[k] as number;
    const losses = logits.map((row, i) => {
      const logp = logSoftmax(row);
      const label = labels[i] as number;
      const hard = -at(label) * (logp[label] as number);
      const soft = -logp.reduce((sum, value, k) => sum + at(k) * value, 0) / CLASSES;
      return (1 - smoothing) * hard + smoothing * soft;
    });
    const total = labels.reduce((sum, label) => sum + at(label), 0);
    return losses.reduce((a, b) => a + b, 0) / total;
  }

  const lossOf = async (
    trainer: Trainer,
    examples: Record<string, Float32Array>,
    targets: Float32Array,
  ): Promise<number> => (await trainer.step({ examples, targets, rates: [0], weightDecay: 0 })).loss;

  describe('the loss at rate 0', () => {
    it.each(cuts)('is the cross-entropy of the logits that evaluate gives, from %s', async (cut) => {
      const { trainer, examples } = await trainFrom(cut);
      for (const rows of [BATCH, 5, 1]) {
        const given = examples(rows, `${rows} rows`);
        const logits = rowsOf(await trainer.evaluate(given, rows), CLASSES);
        expect(logits).toHaveLength(rows);
        const expected = crossEntropy(logits, labelsOf(rows));
        expect(await lossOf(trainer, given, targetsOf(rows))).toBeCloseTo(expected, 5);
      }
    });

    it.each([
      [0.1, undefined],
      [0, [1, 0.25, 3]],
      [0.2, [0.5, 2, 1.5]],
      [1, [1, 2, 3]],
    ])('has label smoothing %f and class weights %j', async (labelSmoothing, classWeights) => {
      const { trainer, examples } = await trainFrom('flat');
      const rows = 6;
      const given = examples(rows);
      const logits = rowsOf(await trainer.evaluate(given, rows), CLASSES);
      const targets = crossEntropyTargets(labelsOf(rows), BATCH, {
        classes: CLASSES,
        labelSmoothing,
        ...(classWeights !== undefined && { classWeights }),
      });
      const expected = crossEntropy(logits, labelsOf(rows), labelSmoothing, classWeights);
      expect(await lossOf(trainer, given, targets)).toBeCloseTo(expected, 5);
      expect(Math.abs(expected - crossEntropy(logits, labelsOf(rows)))).toBeGreaterThan(0.01);
    });

    it('is the mean squared error of the predictions', async () => {
      const { trainer, examples } = await trainFrom('block_sum', { loss: 'meanSquaredError', outputs: 2 });
      expect(trainer.targetWidth).toBe(3);
      for (const rows of [BATCH, 3]) {
        const given = examples(rows);
        const wanted = Array.from({ length: rows }, (_, i) => [Math.sin(i), Math.cos(2 * i)]);
        const predicted = rowsOf(await trainer.evaluate(given, rows), 2);
        const errors = predicted.flatMap((row, i) =>
          row.map((value, k) => value - (wanted[i]?.[k] as number)),
        );
        const expected = errors.reduce((sum, error) => sum + error * error, 0) / errors.length;
        expect(await lossOf(trainer, given, squaredErrorTargets(wanted, BATCH, 2))).toBeCloseTo(expected, 5);
      }
    });

    it('stays finite for logits that are far apart', async () => {
      const { trainer, weights, examples } = await trainFrom('flat');
      const head = weights.get('espalier_head_weight');
      const large = (head?.data as Float32Array).map((value) => value * 1e4);
      trainer.reset(
        new Map([...weights, ['espalier_head_weight', { ...head, data: large } as typeof head & object]]),
      );
      const logits = rowsOf(await trainer.evaluate(examples(BATCH), BATCH), CLASSES);
      const expected = crossEntropy(logits, labelsOf(BATCH));
      expect(expected).toBeGreaterThan(100);
      expect((await lossOf(trainer, examples(BATCH), targetsOf(BATCH))) / expected).toBeCloseTo(1, 5);
    });
  });
}
