import fc from 'fast-check';
import { expect, it } from 'vitest';
import { float32, int64, floatsOf } from '../graph/tensor.js';
import { graphOf, noise, run } from '../testing/graphs.js';
import { headNames } from './headNames.js';
import { poolTokens } from './pooling.js';

const [width, length] = [3, 6];

it.each(['mean', 'last'] as const)(
  'pools the tokens that the mask shows, and no others (%s)',
  async (pooling) => {
    const { nodes, initializers } = poolTokens('hidden', width, pooling, 'mask');
    const model = graphOf({
      nodes,
      initializers: Object.fromEntries(initializers),
      inputs: { hidden: ['batch', length, width] },
      opset: 18,
    });
    const inputs = [
      ...model.graph.inputs,
      { name: 'mask', dtype: 'int64' as const, shape: ['batch', length] },
    ];
    const whole = { ...model, graph: { ...model.graph, inputs } };
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: length }), { minLength: 1, maxLength: 4 }),
        async (real) => {
          const hidden = noise(`hidden ${real.join()}`, [real.length, length, width]);
          const mask = int64(
            real.flatMap((count) => Array.from({ length }, (_, i) => (i < count ? 1 : 0))),
            [real.length, length],
          );
          const found = (await run(whole, { hidden, mask }))[headNames.features];
          const data = floatsOf(hidden);
          const expected = real.flatMap((count, row) =>
            Array.from({ length: width }, (_, c) => {
              const at = (i: number): number => data[(row * length + i) * width + c] as number;
              const tokens = Array.from({ length: count }, (_, i) => at(i));
              return pooling === 'last' ? at(count - 1) : tokens.reduce((a, b) => a + b, 0) / count;
            }),
          );
          expect(found?.dims).toEqual([real.length, width]);
          float32([expected.length], expected).data.forEach((value, i) =>
            expect(Number(found?.data[i])).toBeCloseTo(Number(value), 5),
          );
        },
      ),
      { numRuns: 20 },
    );
  },
);

it('pools a sequence that the network has shortened by the first token of each part', async () => {
  const { nodes, initializers } = poolTokens('hidden', width, 'mean', 'mask', [length, 3]);
  const model = graphOf({
    nodes,
    initializers: Object.fromEntries(initializers),
    inputs: { hidden: ['batch', 3, width] },
  });
  const inputs = [...model.graph.inputs, { name: 'mask', dtype: 'int64' as const, shape: ['batch', length] }];
  const whole = { ...model, graph: { ...model.graph, inputs } };
  const hidden = noise('shortened', [1, 3, width]);
  const mask = int64([1, 1, 1, 0, 0, 0], [1, length]);
  const found = (await run(whole, { hidden, mask }))[headNames.features]?.data as Float32Array;
  const data = floatsOf(hidden);
  for (let c = 0; c < width; c++) {
    expect(found[c]).toBeCloseTo(((data[c] as number) + (data[width + c] as number)) / 2, 5);
  }
});
