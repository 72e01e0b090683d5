import { createRandom } from '@espalier/base/random';
import { expect, it } from 'vitest';
import { lookUp } from '../graph/at.js';
import { node, type Model } from '../graph/model.js';
import { float32, floatsOf, type Tensor } from '../graph/tensor.js';
import { createSession, runSession } from '../runtime/session.js';
import { graphOf, noise } from '../testing/graphs.js';
import { withWeights } from '../head/head.js';
import { adaptableWeights, addAdapters, mergeAdapters } from './adapters.js';

const given = {
  pointwise: noise('pointwise', [6, 4, 1, 1]),
  spatial: noise('spatial', [6, 6, 3, 3]),
  depthwise: noise('depthwise', [6, 1, 1, 1]),
  scale: noise('scale', [6, 1, 1]),
  product: noise('product', [6, 5]),
  gemm: noise('gemm', [3, 5]),
  axes: { dtype: 'int64', dims: [2], data: BigInt64Array.of(2n, 3n) } as Tensor,
};

const model = (): Model =>
  graphOf({
    nodes: [
      node('Conv', ['x', 'pointwise'], ['a']),
      node('Conv', ['a', 'depthwise'], ['b'], { group: 6 }),
      node('Conv', ['b', 'spatial'], ['c']),
      node('Mul', ['c', 'scale'], ['d']),
      node('ReduceMean', ['d', 'axes'], ['e'], { keepdims: 0 }),
      node('MatMul', ['e', 'product'], ['f']),
      node('Gemm', ['f', 'gemm'], ['y'], { transB: 1 }),
    ],
    initializers: given,
    inputs: { x: [2, 4, 5, 5] },
  });

const x = noise('x', [2, 4, 5, 5]);

async function answer(of: Model): Promise<Float32Array> {
  const session = await createSession(of);
  try {
    return floatsOf(lookUp(new Map(Object.entries(await runSession(session, { x }))), 'y'));
  } finally {
    await session.release();
  }
}

it('are for the matrices of linear layers and 1x1 convolutions that mix all channels', () => {
  expect([...adaptableWeights(model().graph)].sort()).toEqual(['gemm', 'pointwise', 'product']);
});

it('change nothing until they learn, and then what their product says', async () => {
  const plain = model();
  const { model: adapted, adapters } = addAdapters(plain, adaptableWeights(plain.graph), 4);
  expect(await answer(adapted)).toEqual(await answer(plain));
  const shapes = [...adapters].map(([name, factors]) => [
    name,
    ...factors.map((factor) => lookUp(adapted.graph.initializers, factor).dims),
  ]);
  expect(shapes.sort()).toEqual([
    ['gemm', [3, 3], [3, 5]],
    ['pointwise', [6, 4], [4, 4]],
    ['product', [6, 4], [4, 5]],
  ]);

  const random = createRandom('learnt');
  const learnt = new Map(
    [...adapters.values()].flat().map((name): [string, Tensor] => {
      const { dims, data } = lookUp(adapted.graph.initializers, name);
      return [
        name,
        float32(
          dims,
          Float32Array.from({ length: data.length }, () => 0.3 * random.normal()),
        ),
      ];
    }),
  );
  const merged = mergeAdapters(plain, new Map([...learnt, ['spatial', given.spatial]]));
  expect([...merged.keys()].sort()).toEqual(['gemm', 'pointwise', 'product', 'spatial']);
  const before = await answer(plain);
  const [changed, written] = [
    await answer(withWeights(adapted, learnt)),
    await answer(withWeights(plain, merged)),
  ];
  expect(changed).not.toEqual(before);
  changed.forEach((value, i) => expect(written[i]).toBeCloseTo(value, 4));
});
