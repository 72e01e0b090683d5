import { at, float32, headNames, lookUp, node, type Tensor } from '@espalier/onnx';
import { describe, expect, it } from 'vitest';
import type { HeadInput, HeadsSpec } from '../../engine.js';
import { EngineError } from '../../errors.js';
import {
  bitsOf,
  BATCH,
  CLASSES,
  dataOf,
  difference,
  dimsAt,
  noise,
  suffixFrom,
  type EngineMaker,
} from '../fixtures.js';
import {
  configurations,
  examplesAt,
  headsOf,
  nothing,
  plain,
  singleInput,
  singleOf,
  specOf,
  stepAll,
  zeroWeights,
} from '../heads.js';
import { trained } from './heads.js';

/** Gradients, states, frozen parts and refusals of heads that train side by side. */
export function headInputSuite(makeEngine: EngineMaker): void {
  describe('gradients of heads', () => {
    it.each(['crossEntropy', 'meanSquaredError'])(
      'are central differences of their losses: %s',
      async (loss) => {
        const shape = { ...plain, loss, clip: false };
        const heads = configurations(shape, 4);
        const trainer = await headsOf(makeEngine, specOf(shape));
        const still = new Map(
          heads.map(({ name, inputAt }) => [name, { ...inputAt(0), rate: 0, weightDecay: 0 }]),
        );
        const lossesAt = async (moved: (weights: Map<string, Tensor>) => Map<string, Tensor>) => {
          for (const { name, weights } of heads) trainer.reset(name, moved(weights));
          return trainer.step({ examples: examplesAt(shape, 0), heads: still });
        };
        await lossesAt((weights) => weights);
        const gradients = heads.map(({ name }) => trainer.save(name).tensors);
        const width = 2 ** -6;
        for (const [key, place] of [
          [headNames.weight, 0],
          [headNames.weight, 7],
          [headNames.weight, 35],
          [headNames.bias, 2],
        ] as const) {
          const moved = (by: number) => (weights: Map<string, Tensor>) => {
            const { dims, data } = lookUp(weights, key);
            const values = Float32Array.from(data as Float32Array, (value, i) =>
              i === place ? value + by : value,
            );
            return new Map([...weights, [key, float32(dims, values)]]);
          };
          const [up, down] = [await lossesAt(moved(width)), await lossesAt(moved(-width))];
          heads.forEach(({ name }, k) => {
            const slope = (trained(up.get(name)).loss - trained(down.get(name)).loss) / (2 * width);
            const found = at(dataOf(at(gradients, k).get(`${key}__velocity`)), place);
            expect(Math.abs(found - slope)).toBeLessThan(2e-4 * (1 + Math.abs(slope)));
          });
        }
      },
    );
  });

  describe('a state', () => {
    it.each(['sgd', 'adamw'])('of one head goes on among others, and back: %s', async (optimizer) => {
      const shape = { ...plain, optimizer };
      const [head, other] = configurations(shape, 2) as [ReturnType<typeof configurations>[0], never];
      const single = await singleOf(makeEngine, specOf(shape));
      const trainer = await headsOf(makeEngine, specOf(shape));
      const run = async (from: number, to: number): Promise<void> => {
        for (let step = from; step < to; step++) await single.step(singleInput(shape, head, step));
      };
      single.reset(head.weights);
      await run(0, 4);
      const early = single.save();
      await run(4, 12);
      const straight = single.weights();
      trainer.reset('beside', zeroWeights(shape));
      trainer.restore(head.name, early);
      expect(bitsOf(trainer.save(head.name).tensors)).toEqual(bitsOf(early.tensors));
      for (let step = 4; step < 8; step++) {
        await stepAll(trainer, shape, [head, { ...(other as typeof head), name: 'beside' }], step);
      }
      single.restore(trainer.save(head.name));
      await run(8, 12);
      expect(single.save().step).toBe(12);
      for (const [name, tensor] of straight) {
        expect(difference(dataOf(tensor), dataOf(single.weights().get(name)), 1)).toBeLessThan(1e-6);
      }
    });
  });

  describe('the frozen part', () => {
    const whole = {
      ...{ batch: BATCH, outputs: CLASSES, loss: 'crossEntropy', clip: true, dropout: false },
      optimizer: { kind: 'sgd' },
    } as const;
    const averaged = {
      ...nothing([4, 6]),
      graph: {
        ...nothing([4, 6]).graph,
        inputs: [{ name: 'x', dtype: 'float32' as const, shape: ['batch', 'time', 6] }],
        nodes: [node('ReduceMean', ['x', 'axes'], ['y'], { keepdims: 0 })],
        outputs: [{ name: 'y', dtype: 'float32' as const, shape: null }],
        initializers: new Map([['axes', { dtype: 'int64' as const, dims: [1], data: BigInt64Array.of(1n) }]]),
      },
    };
    const beside = {
      ...nothing([6]),
      graph: {
        ...nothing([6]).graph,
        inputs: [
          { name: 'other', dtype: 'float32' as const, shape: ['batch', 3] },
          ...nothing([6]).graph.inputs,
        ],
      },
    };
    const parts: readonly (readonly [
      string,
      () => Promise<Pick<HeadsSpec, 'suffix' | 'buckets' | 'pooling'>>,
    ])[] = [
      [
        'of a network',
        async () => ({
          suffix: await suffixFrom('block_sum'),
          buckets: [{ block_sum: dimsAt.block_sum }],
          pooling: 'mean',
        }),
      ],
      [
        'that only pools',
        async () => ({ suffix: nothing([12, 4, 4]), buckets: [{ x: [12, 4, 4] }], pooling: 'mean' }),
      ],
      [
        'beside another input',
        () => Promise.resolve({ suffix: beside, buckets: [{ other: [3], x: [6] }], pooling: 'none' }),
      ],
      [
        'of several lengths',
        async () => ({ suffix: averaged, buckets: [{ x: [4, 6] }, { x: [9, 6] }], pooling: 'none' }),
      ],
    ];

    it.each(parts)('%s gives all heads their features', async (_, part) => {
      const spec: HeadsSpec = { ...whole, ...(await part()) };
      const [single, trainer] = [await singleOf(makeEngine, spec), await headsOf(makeEngine, spec)];
      expect([trainer.width, trainer.batch, trainer.targetWidth]).toEqual([single.width, BATCH, CLASSES]);
      const shape = { ...plain, width: trainer.width, outputs: CLASSES, batch: BATCH, rows: 5 };
      const [head] = configurations(shape, 1) as [ReturnType<typeof configurations>[0]];
      single.reset(head.weights);
      trainer.reset(head.name, head.weights);
      for (let step = 0; step < 6; step++) {
        const bucket = step % spec.buckets.length;
        const examples = Object.fromEntries(
          Object.entries(at(spec.buckets, bucket)).map(([name, dims]) => [
            name,
            dataOf(noise(`frozen ${name} ${step}`, [5, ...dims])),
          ]),
        );
        const expected = await single.step({ ...singleInput(shape, head, step), examples, bucket });
        const found = await trainer.step({
          examples,
          bucket,
          heads: new Map([[head.name, head.inputAt(step)]]),
        });
        expect(trained(found.get(head.name)).loss).toBeCloseTo(expected.loss, 5);
        const logits = (await trainer.evaluate(examples, 5, bucket)).get(head.name);
        expect(difference(await single.evaluate(examples, 5, bucket), logits as Float32Array)).toBeLessThan(
          2e-6,
        );
      }
    });
  });

  describe('heads say what is wrong', () => {
    it('with one of them, and the others train on', async () => {
      const heads = configurations(plain, 3);
      const [bad, ...good] = heads as [(typeof heads)[0], ...typeof heads];
      const trainer = await headsOf(makeEngine, specOf(plain));
      for (const { name, weights } of good) trainer.reset(name, weights);
      await stepAll(trainer, plain, good, 0);
      await stepAll(trainer, plain, good, 1);
      const expected = good.map(({ name }) => bitsOf(trainer.save(name).tensors));
      const broken = new Map(
        [...bad.weights].map(([key, { dims, data }]) => [
          key,
          float32(
            dims,
            (data as Float32Array).map(() => NaN),
          ),
        ]),
      );
      trainer.reset(bad.name, broken);
      for (const { name, weights } of good) trainer.reset(name, weights);
      const results = await stepAll(trainer, plain, heads, 0);
      const failed = results.get(bad.name);
      expect(failed?.kind === 'failed' && failed.error).toBeInstanceOf(EngineError);
      expect(failed?.kind === 'failed' && failed.error.message).toMatch(
        /the loss became NaN at step 1: the outputs/,
      );
      trainer.drop(bad.name);
      await stepAll(trainer, plain, good, 1);
      expect(good.map(({ name }) => bitsOf(trainer.save(name).tensors))).toEqual(expected);
      // What the broken head has left in its slot must not show in the one that takes it.
      trainer.reset(bad.name, bad.weights);
      expect(trained((await stepAll(trainer, plain, heads, 0)).get(bad.name)).loss).toBeGreaterThan(0);
    });

    it('with an input, before any of them has moved', async () => {
      const heads = configurations(plain, 2);
      const [one, two] = heads as [(typeof heads)[0], (typeof heads)[0]];
      const trainer = await headsOf(makeEngine, specOf(plain));
      for (const { name, weights } of heads) trainer.reset(name, weights);
      const before = bitsOf(trainer.save(one.name).tensors);
      const good = one.inputAt(0);
      const refused = async (given: HeadInput | null, reason: RegExp, name = two.name): Promise<void> => {
        const others =
          given === null
            ? []
            : ([
                [two.name, good],
                [name, given],
              ] as const);
        const inputs = new Map([[one.name, good] as const, ...others]);
        const step = trainer.step({ examples: examplesAt(plain, 0), heads: inputs });
        await expect(step).rejects.toThrow(EngineError);
        await expect(step).rejects.toThrow(reason);
      };
      await refused(null, /the step of head 'head 1' is not given/);
      await refused(good, /there is no head 'other'/, 'other');
      await refused(
        { ...good, targets: new Float32Array(3) },
        /head 'head 1' needs targets of \[8,3\], got 3/,
      );
      await refused(
        { ...good, mask: new Float32Array(96) },
        /head 'head 1' has a mask, and these heads are compiled without dropout/,
      );
      const all = new Map(heads.map(({ name }) => [name, good]));
      await expect(trainer.step({ examples: {}, heads: all })).rejects.toThrow(/input 'x' is missing/);
      const many = { x: new Float32Array(9 * plain.width) };
      await expect(trainer.step({ examples: many, heads: all })).rejects.toThrow(/input 'x' has more rows/);
      await expect(trainer.evaluate(many, 9)).rejects.toThrow(/more rows than the batch/);
      await expect(trainer.step({ examples: many, bucket: 1, heads: all })).rejects.toThrow(
        /bucket 1 does not exist/,
      );
      expect(() => trainer.reset('new', new Map())).toThrow(
        /'espalier_head_weight' must be given as \[12,3\], got none/,
      );
      expect(() => trainer.save('new')).toThrow(/there is no head 'new'/);
      expect(() => trainer.drop('new')).toThrow(/there is no head 'new'/);
      expect([trainer.names(), bitsOf(trainer.save(one.name).tensors)]).toEqual([
        [one.name, two.name],
        before,
      ]);
    });
  });
}
