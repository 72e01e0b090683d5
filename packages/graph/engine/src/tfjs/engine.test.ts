import { float32, narrowModel, node, normaliseModel, type Model } from '@espalier/onnx';
import { tinyNetwork } from '@espalier/onnx/testing';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../errors.js';
import { createOnnxEngine } from '../onnx/engine.js';
import {
  BATCH,
  dataOf,
  difference,
  noise,
  suffixFrom,
  targetsOf,
  trainersOf,
  type Setup,
} from '../testing/fixtures.js';
import { createTfjsEngine } from './engine.js';

const withTfjs = trainersOf(() => createTfjsEngine());
const withOnnx = trainersOf(() => Promise.resolve(createOnnxEngine({ threads: 1 })));

describe('an engine on TensorFlow.js says what is wrong', () => {
  const only = (made: Model['graph']['nodes'][number]): Model => ({
    irVersion: 8,
    opsets: new Map([['', 18]]),
    graph: {
      name: 'one',
      nodes: [made],
      inputs: [{ name: 'x', dtype: 'float32', shape: null }],
      outputs: [{ name: 'y', dtype: 'float32', shape: null }],
      initializers: new Map([['w', float32([1, 1, 1, 1, 1], [1])]]),
    },
    metadata: {},
  });

  it('with an operator that it lacks, by node, before anything is computed', async () => {
    const network = normaliseModel(tinyNetwork({ size: 16, unknownOperator: true }));
    const engine = await createTfjsEngine();
    await expect(engine.compileForward(network)).rejects.toThrow(EngineError);
    await expect(engine.compileForward(network)).rejects.toThrow(
      /TensorFlow.js has no operator for MeanVarianceNormalization 'stem_mvn'; use the engine onnx/,
    );
    await expect(withTfjs('image', { suffix: await suffixFrom('image', network) })).rejects.toThrow(
      /no operator for MeanVarianceNormalization 'stem_mvn'/,
    );
    const quantised = node('DynamicQuantizeLinear', ['x'], ['y']);
    await expect(engine.compileForward(only(quantised))).rejects.toThrow(
      /no operator for DynamicQuantizeLinear/,
    );
  });

  it('with float16', async () => {
    const engine = await createTfjsEngine();
    const narrow = narrowModel(normaliseModel(tinyNetwork()));
    await expect(engine.compileForward(narrow)).rejects.toThrow(EngineError);
  });

  it('with a form of an operator that it lacks, by node', async () => {
    const engine = await createTfjsEngine();
    const forward = await engine.compileForward(only(node('Conv', ['x', 'w'], ['y'])));
    const run = forward.run({ x: noise('x', [1, 1, 2, 2, 2]) });
    await expect(run).rejects.toThrow(/cannot compute Conv 'y': it has 3 axes besides batch and channels/);
    await forward.dispose();
  });
});

describe('a state', () => {
  const train = async ({ trainer, examples }: Setup, from: number, to: number): Promise<number> => {
    let last = NaN;
    for (let step = from; step < to; step++) {
      const input = {
        examples: examples(BATCH, `batch ${step}`),
        targets: targetsOf(BATCH),
        weightDecay: 0.01,
      };
      last = (await trainer.step({ ...input, rates: [0.01] })).loss;
    }
    return last;
  };

  it.each(['sgd', 'adamw'] as const)('of one engine goes on in the other: %s', async (kind) => {
    const [a, b] = [
      await withOnnx('stem_relu', { optimizer: { kind } }),
      await withTfjs('stem_relu', { optimizer: { kind } }),
    ];
    const straight = [await train(a, 0, 8), await train(b, 0, 8)] as const;
    const [first, second] = [a.trainer.save(), b.trainer.save()];
    expect([...second.tensors.keys()]).toEqual([...first.tensors.keys()]);
    for (const [from, to, expected] of [
      [a, b, straight[0]],
      [b, a, straight[1]],
    ] as const) {
      from.trainer.reset(from.weights);
      await train(from, 0, 4);
      to.trainer.restore(from.trainer.save());
      expect(Math.abs((await train(to, 4, 8)) / expected - 1)).toBeLessThan(1e-4);
      for (const [name, tensor] of first.tensors) {
        expect(difference(dataOf(tensor), dataOf(to.trainer.save().tensors.get(name)))).toBeLessThan(1e-3);
      }
    }
  });
});

it('a forward pass gives what ONNX Runtime gives', async () => {
  const model = normaliseModel(tinyNetwork());
  const image = noise('forward', [5, 3, 24, 24]);
  const [expected, found] = await Promise.all(
    [createOnnxEngine({ threads: 1 }), await createTfjsEngine()].map(async (engine) => {
      const forward = await engine.compileForward(model);
      const result = (await forward.run({ image }))['logits'];
      await forward.dispose();
      return result;
    }),
  );
  expect(found?.dims).toEqual(expected?.dims);
  expect(difference(dataOf(expected), dataOf(found))).toBeLessThan(1e-5);
});
