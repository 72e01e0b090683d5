import { UnsupportedOperatorError } from '@espalier/autodiff';
import { floatsOf, normaliseModel, OnnxError } from '@espalier/onnx';
import { tinyNetwork } from '@espalier/onnx/testing';
import { createRandom } from '@espalier/base/random';
import { describe, expect, it } from 'vitest';
import { dropoutMask } from '../dropout.js';
import { EngineError } from '../errors.js';
import { BATCH, CLASSES, difference, noise, suffixFrom, targetsOf, trainersOf } from '../testing/fixtures.js';
import { createOnnxEngine } from './engine.js';
import { providers, type Provider } from './provider.js';

const trainFrom = trainersOf(() => Promise.resolve(createOnnxEngine({ threads: 1 })));

describe('an engine says what is wrong', () => {
  const step = { targets: targetsOf(BATCH), rates: [0.1], weightDecay: 0 };

  it('with an operator that has no gradient rule, by node', async () => {
    const network = normaliseModel(tinyNetwork({ size: 16, unknownOperator: true }));
    const compile = async (): Promise<unknown> =>
      trainFrom('image', { suffix: await suffixFrom('image', network) });
    await expect(compile()).rejects.toThrow(UnsupportedOperatorError);
    await expect(compile()).rejects.toThrow(
      /no gradient rule for MeanVarianceNormalization 'stem_mvn'; freeze the stage that contains it/,
    );
    const suffix = await suffixFrom('image', network);
    const behind = new Map(
      [...suffix.graph.initializers.keys()]
        .filter((name) => /^(block|last)\./.test(name))
        .map((name) => [name, 0]),
    );
    const { trainer, examples } = await trainFrom('image', { suffix, groups: behind });
    expect((await trainer.step({ ...step, examples: examples(BATCH) })).loss).toBeGreaterThan(0);
  });

  it('with a provider that is not installed, and how to get it', () => {
    const advice: Record<Provider, RegExp> = {
      cpu: /reinstall/,
      cuda: /NVIDIA.*npm rebuild onnxruntime-node/,
      webgpu: /comes with onnxruntime-node on Linux x64/,
      coreml: /macOS only/,
      dml: /Windows only/,
    };
    const refused = providers.filter((provider) => {
      try {
        return createOnnxEngine({ provider }).device !== provider;
      } catch (error) {
        expect(error).toBeInstanceOf(EngineError);
        expect((error as EngineError).message).toMatch(
          `'${provider}' is not available on ${process.platform}`,
        );
        expect((error as EngineError).message).toMatch(advice[provider]);
        return true;
      }
    });
    expect(refused).not.toContain('cpu');
    expect(refused.length).toBeGreaterThanOrEqual(process.platform === 'win32' ? 1 : 2);
  });

  it('with a graph', async () => {
    const model = tinyNetwork();
    const nodes = model.graph.nodes.map((one) => ({
      ...one,
      opType: one.opType === 'Relu' ? 'Rela' : one.opType,
    }));
    const broken = createOnnxEngine().compileForward({ ...model, graph: { ...model.graph, nodes } });
    await expect(broken).rejects.toThrow(OnnxError);
    await expect(broken).rejects.toThrow(/ONNX Runtime rejected the graph: .*Rela/);
  });
});

describe('a compiled forward pass', () => {
  it('takes any batch and gives each example the same', async () => {
    const engine = createOnnxEngine({ threads: 1 });
    expect([engine.name, engine.device]).toEqual(['onnxruntime', 'cpu']);
    const forward = await engine.compileForward(normaliseModel(tinyNetwork()));
    const image = noise('forward', [5, 3, 24, 24]);
    const all = (await forward.run({ image }))['logits'];
    const data = floatsOf(image).slice(2 * 3 * 576, 3 * 3 * 576);
    const one = (await forward.run({ image: { ...image, dims: [1, 3, 24, 24], data } }))['logits'];
    await forward.dispose();
    expect(all?.dims).toEqual([5, 4]);
    expect(difference((all?.data as Float32Array).slice(8, 12), one?.data as Float32Array)).toBeLessThan(
      1e-5,
    );
  });
});

describe('dropout', () => {
  it.each([0, 0.1, 0.5, 0.9])('keeps the mean at rate %f and drops that share', (rate) => {
    const mask = dropoutMask(createRandom('mask', rate), 40_000, rate);
    const values = new Set(mask);
    const dropped = mask.filter((value) => value === 0).length / mask.length;
    expect(Math.abs(dropped - rate)).toBeLessThan(0.01);
    expect([...values].filter((value) => value !== 0)).toEqual([Math.fround(1 / (1 - rate))]);
    expect(mask.reduce((a, b) => a + b, 0) / mask.length).toBeCloseTo(1, 1);
  });

  it('follows its seed', () => {
    const maskOf = (...keys: (string | number)[]): Float32Array =>
      dropoutMask(createRandom(...keys), 500, 0.5);
    expect(maskOf(1, 'dropout', 3)).toEqual(maskOf(1, 'dropout', 3));
    const others = [maskOf(2, 'dropout', 3), maskOf(1, 'dropout', 4)];
    for (const other of others) {
      const same = other.filter((value, i) => value === maskOf(1, 'dropout', 3)[i]).length;
      expect(Math.abs(same / 500 - 0.5)).toBeLessThan(0.1);
    }
  });
});

describe('memory', () => {
  it('does not grow with the steps', async () => {
    const { trainer, examples } = await trainFrom('stem_relu', { batch: 64, optimizer: { kind: 'adamw' } });
    const given = examples(64);
    const input = { examples: given, targets: targetsOf(64, 64), rates: [1e-4], weightDecay: 0 };
    const steps = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) await trainer.step(input);
      await trainer.evaluate(given, 64);
    };
    await steps(60);
    const before = process.memoryUsage().rss;
    await steps(300);
    // A leak of one batch and its activations a step would be 150 MiB and more.
    expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(100);
    expect(trainer.weights().get('espalier_head_bias')?.data).toHaveLength(CLASSES);
  });
});
