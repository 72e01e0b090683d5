import { readFile } from 'node:fs/promises';
import { crossEntropyTargets, squaredErrorTargets } from '@espalier/autodiff';
import { float32, headNames, sizeOf, type Model } from '@espalier/onnx';
import { expect, it } from 'vitest';
import type { TrainerSpec } from '../../engine.js';
import { dataOf, difference, type EngineMaker } from '../fixtures.js';

/** Whole runs of a head against PyTorch. */
export function goldenSuite(makeEngine: EngineMaker): void {
  interface Golden {
    readonly losses: readonly number[];
    readonly norms: readonly number[];
    readonly weight: readonly number[];
    readonly bias: readonly number[];
  }

  /** The numbers of goldens/make.py. */
  const [ROWS, WIDTH, CLASSES, STEPS] = [6, 5, 3, 20];
  const labels = [0, 2, 1, 1, 0, 2];
  const options = { classes: CLASSES, classWeights: [1, 0.5, 2], labelSmoothing: 0.1 };

  const wave = (seed: number, ...dims: number[]): Float32Array =>
    Float32Array.from(
      { length: sizeOf(dims) },
      (_, i) => Math.sin(seed + 1.7 * i) + 0.3 * Math.cos(5.1 * i * seed),
    );
  const rateAt = (step: number): number => (0.2 * (1 + Math.cos((Math.PI * step) / STEPS))) / 2;
  const half = (values: Float32Array): Float32Array => values.map((value) => value / 2);

  const head: Model = {
    irVersion: 8,
    opsets: new Map([['', 18]]),
    graph: {
      name: 'nothing',
      nodes: [],
      inputs: [{ name: 'features', dtype: 'float32', shape: ['batch', WIDTH] }],
      outputs: [{ name: 'features', dtype: 'float32', shape: ['batch', WIDTH] }],
      initializers: new Map(),
    },
    metadata: {},
  };

  const adamw = { kind: 'adamw', options: { beta1: 0.9, beta2: 0.95 } } as const;
  const sgd = { kind: 'sgd', options: { momentum: 0.9 } } as const;
  const runs: readonly (readonly [string, Pick<TrainerSpec, 'optimizer' | 'loss' | 'outputs' | 'clip'>])[] = [
    ['sgd', { optimizer: sgd, loss: 'crossEntropy', outputs: CLASSES, clip: false }],
    ['sgd-clipped', { optimizer: sgd, loss: 'crossEntropy', outputs: CLASSES, clip: true }],
    ['adamw', { optimizer: adamw, loss: 'crossEntropy', outputs: CLASSES, clip: false }],
    ['adamw-regression', { optimizer: adamw, loss: 'meanSquaredError', outputs: 2, clip: false }],
  ];

  it.each(runs)('20 steps are those of PyTorch: %s', async (name, choice) => {
    const path = new URL(`../../../goldens/${name}.golden.json`, import.meta.url);
    const golden = JSON.parse(await readFile(path, 'utf8')) as Golden;
    const trainer = await (
      await makeEngine()
    ).compileTrainer({
      ...choice,
      suffix: head,
      buckets: [{ features: [WIDTH] }],
      batch: ROWS + 2,
      pooling: 'none',
      dropout: false,
      groups: new Map(),
      headGroup: 0,
    });
    const { outputs } = choice;
    trainer.reset(
      new Map([
        [headNames.weight, float32([WIDTH, outputs], half(wave(1, WIDTH, outputs)))],
        [headNames.bias, float32([outputs], half(wave(2, outputs)))],
      ]),
    );
    const wanted = wave(9, ROWS, 2);
    const rows = labels.map((_, i) => [...wanted.slice(2 * i, 2 * i + 2)]);
    const targets =
      choice.loss === 'crossEntropy'
        ? crossEntropyTargets(labels, ROWS + 2, options)
        : squaredErrorTargets(rows, ROWS + 2, 2);
    const [losses, norms]: [number[], number[]] = [[], []];
    for (let step = 0; step < STEPS; step++) {
      const { loss, norm } = await trainer.step({
        examples: { features: wave(3 + step, ROWS, WIDTH) },
        targets,
        rates: [rateAt(step)],
        weightDecay: 0.1,
        clip: 0.25,
      });
      losses.push(loss);
      if (norm !== null) norms.push(norm);
    }
    const weights = trainer.weights();
    await trainer.dispose();
    expect(difference(golden.losses, losses)).toBeLessThan(2e-5);
    expect(difference(golden.norms, norms)).toBeLessThan(2e-5);
    expect(difference(golden.weight, dataOf(weights.get(headNames.weight)))).toBeLessThan(1e-4);
    expect(difference(golden.bias, dataOf(weights.get(headNames.bias)))).toBeLessThan(1e-4);
  });
}
