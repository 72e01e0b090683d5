import { crossEntropyTargets } from '@espalier/autodiff';
import {
  at,
  lookUp,
  appendPooling,
  headNames,
  normaliseModel,
  poolTokens,
  trainableNames,
  float32,
  type Model,
} from '@espalier/onnx';
import { transformerNetwork } from '@espalier/onnx/testing';
import { createRandom } from '@espalier/base/random';
import { expect, it, onTestFinished } from 'vitest';
import type { Trainer } from '../../engine.js';
import { dataOf, difference, type EngineMaker } from '../fixtures.js';

/** Batches of several shapes. */
export function bucketSuite(makeEngine: EngineMaker): void {
  const [WIDTH, CLASSES, BATCH] = [16, 3, 4];
  const RATE = 0.01;
  const random = createRandom('buckets');
  const network = normaliseModel(
    transformerNetwork({
      vocabulary: 20,
      width: WIDTH,
      heads: 2,
      layers: 2,
      inner: 24,
      positions: 32,
      normal: () => random.normal(),
    }),
  );

  /** The network with its tokens pooled by the mask. */
  const pooled = (): Model => appendPooling(network, poolTokens('hidden', WIDTH, 'mean', 'attention_mask'));

  async function trainerFor(...lengths: readonly number[]): Promise<Trainer> {
    const suffix = pooled();
    const names = trainableNames(suffix.graph);
    const trainer = await (
      await makeEngine()
    ).compileTrainer({
      suffix,
      buckets: lengths.map((length) => ({ input_ids: [length], attention_mask: [length] })),
      batch: BATCH,
      pooling: 'none',
      outputs: CLASSES,
      loss: 'crossEntropy',
      // The gradient of a key's bias is nothing but rounding, which a smaller epsilon would make a step of.
      optimizer: { kind: 'adamw', options: { epsilon: 1e-5 } },
      clip: true,
      dropout: false,
      groups: new Map(names.map((name) => [name, 0])),
      headGroup: 0,
    });
    onTestFinished(() => trainer.dispose());
    const weights = new Map(names.map((name) => [name, lookUp(suffix.graph.initializers, name)]));
    const head = createRandom('head');
    weights.set(
      headNames.weight,
      float32(
        [WIDTH, CLASSES],
        Float32Array.from({ length: WIDTH * CLASSES }, () => head.normal()),
      ),
    );
    weights.set(headNames.bias, float32([CLASSES], new Float32Array(CLASSES)));
    trainer.reset(weights);
    return trainer;
  }

  /** `rows` sequences of 3 to 6 tokens, filled up to `length`. */
  function sequences(rows: number, length: number, seed: number): Record<string, BigInt64Array> {
    const draw = createRandom('sequence', seed);
    const real = Array.from({ length: rows }, () => 3 + draw.integer(4));
    const tokens = real.map((count) => Array.from({ length: count }, () => draw.integer(20)));
    const filled = (value: (row: number, i: number) => number): BigInt64Array =>
      BigInt64Array.from({ length: rows * length }, (_, at) =>
        BigInt(value(Math.floor(at / length), at % length)),
      );
    return {
      input_ids: filled((row, i) => tokens[row]?.[i] ?? 7),
      attention_mask: filled((row, i) => (i < at(real, row) ? 1 : 0)),
    };
  }

  const step = (trainer: Trainer, rows: number, length: number, bucket: number, seed: number) =>
    trainer.step({
      examples: sequences(rows, length, seed),
      bucket,
      targets: crossEntropyTargets([0, 1, 2, 1].slice(0, rows), BATCH, { classes: CLASSES }),
      rates: [RATE],
      weightDecay: 0.01,
      clip: 1,
    });

  it('training does not depend on how far sequences are filled up, or which step they take', async () => {
    const short = await trainerFor(8);
    const mixed = await trainerFor(8, 16, 32);
    for (let i = 0; i < 6; i++) {
      const rows = i === 4 ? 2 : BATCH;
      const bucket = i % 3;
      const expected = await step(short, rows, 8, 0, i);
      const found = await step(mixed, rows, at([8, 16, 32], bucket), bucket, i);
      expect(Math.abs(found.loss - expected.loss) / expected.loss).toBeLessThan(1e-5);
    }
    const [before, after] = [short.weights(), mixed.weights()];
    for (const [name, tensor] of before)
      expect(difference(dataOf(tensor), dataOf(after.get(name)), RATE)).toBeLessThan(1e-3);
    const [a, b] = [
      await short.evaluate(sequences(3, 8, 9), 3),
      await mixed.evaluate(sequences(3, 32, 9), 3, 2),
    ];
    expect(difference(a, b)).toBeLessThan(1e-3);
  });

  it('says so where there is no such bucket', async () => {
    const trainer = await trainerFor(8);
    await expect(step(trainer, 2, 8, 1, 0)).rejects.toThrow(/bucket 1 does not exist; this step has 1/);
  });
}
