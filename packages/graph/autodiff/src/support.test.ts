import { findStages, int64, node, traceModel, type GraphNode, type Model, type Stage } from '@espalier/onnx';
import { describe, expect, it } from 'vitest';
import { findUntrainable, possibleFreezeDepths, type UnsupportedNode } from './support.js';
import { spreadValues } from './testing/numeric.js';

/** Three convolutions, with something between the first two. */
async function examine(
  between: GraphNode,
): Promise<{ readonly stages: readonly Stage[]; readonly unsupported: readonly UnsupportedNode[] }> {
  const convolution = (from: string, name: string): GraphNode[] => [
    node('Conv', [from, `${name}_kernel`], [`${name}_map`], { pads: [1, 1, 1, 1] }),
    node('Relu', [`${name}_map`], [name]),
  ];
  const model: Model = {
    irVersion: 8,
    opsets: new Map([['', 18]]),
    metadata: {},
    graph: {
      name: 'three',
      nodes: [
        ...convolution('x', 'first'),
        between,
        ...convolution('between', 'second'),
        ...convolution('second', 'third'),
        node('GlobalAveragePool', ['third'], ['features']),
      ],
      inputs: [{ name: 'x', dtype: 'float32', shape: ['batch', 3, 6, 6] }],
      outputs: [{ name: 'features', dtype: 'float32', shape: null }],
      initializers: new Map([
        ['first_kernel', spreadValues('first', [4, 3, 3, 3])],
        ['second_kernel', spreadValues('second', [4, 4, 3, 3])],
        ['third_kernel', spreadValues('third', [4, 4, 3, 3])],
        ['pads', int64([0, 0, 1, 1, 0, 0, 1, 1])],
        ['place', int64([0, 0, 0, 0], [1, 4])],
        ['update', spreadValues('update', [1])],
      ]),
    },
  };
  const trace = await traceModel(model, { x: spreadValues('x', [2, 3, 6, 6]) });
  const stages = findStages(trace, 'features');
  const dims = new Map([...trace.tensors].map(([name, tensor]) => [name, tensor.dims]));
  return { stages, unsupported: findUntrainable(trace.model.graph, stages, dims) };
}

describe('what cannot be trained', () => {
  it('is nothing where every rule takes its node', async () => {
    const { stages, unsupported } = await examine(node('Pad', ['first', 'pads'], ['between']));
    expect(unsupported).toEqual([]);
    expect(possibleFreezeDepths(stages, unsupported)).toEqual([0, 1, 2, 3]);
  });

  it('is an operator without a rule', async () => {
    const { stages, unsupported } = await examine(node('Hardmax', ['first'], ['between'], { axis: 1 }));
    expect(unsupported).toMatchObject([{ opType: 'Hardmax' }]);
    expect(possibleFreezeDepths(stages, unsupported)[0]).toBeGreaterThan(0);
  });

  it('is a form that a rule does not take, which is known before anything is trained', async () => {
    const adding = node('ScatterND', ['first', 'place', 'update'], ['between'], { reduction: 'add' });
    const { stages, unsupported } = await examine(adding);
    expect(unsupported).toMatchObject([{ opType: 'ScatterND' }]);
    const depths = possibleFreezeDepths(stages, unsupported);
    expect(depths[0]).toBe(unsupported[0]?.stage);
    expect(depths.at(-1)).toBe(stages.length);
  });
});
