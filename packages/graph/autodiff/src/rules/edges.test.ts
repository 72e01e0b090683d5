import { float32, int64, node, scalar, type GraphNode, type Tensor } from '@espalier/onnx';
import { describe, expect, it } from 'vitest';
import { ruleGradients, type NumericCase } from '../testing/numeric.js';

/** Rows of zeros, with other rows beside them. */
const rows = float32([3, 2], [0, 0, 3, 4, -1, 0.5]);
const last = int64([-1]);

const norm = (op: string): GraphNode => node(op, ['x', 'last'], ['norm'], { keepdims: 1 });
const guardedBy = (condition: GraphNode[], value: GraphNode[]): GraphNode[] => [
  ...condition,
  ...value,
  node('Where', ['at_edge', 'zero', 'value'], ['y']),
];
const isZero = (name: string): GraphNode[] => [node('Equal', [name, 'zero'], ['at_edge'])];

interface Edge {
  readonly nodes: readonly GraphNode[];
  readonly x: Tensor;
  readonly constants?: Readonly<Record<string, Tensor>>;
  /** Elements of x whose gradient is 0, as PyTorch 2.13 has it for the operator that is written out here. */
  readonly still: readonly number[];
}

/** Networks that compute something finite, one step of whose derivative is 0 / 0 or infinite. */
const edges: Readonly<Record<string, Edge>> = {
  'the norm of a vector of zeros': { nodes: [norm('ReduceL2')], x: rows, still: [0, 1] },
  'a vector of zeros divided by its norm, as F.normalize writes it': {
    nodes: [norm('ReduceL2'), node('Max', ['norm', 'least'], ['safe']), node('Div', ['x', 'safe'], ['y'])],
    x: float32([2, 2], [0, 0, 3, 4]),
    constants: { least: scalar(1e-3) },
    still: [],
  },
  'a norm written out with a root': {
    nodes: [
      node('Mul', ['x', 'x'], ['square']),
      node('ReduceSum', ['square', 'last'], ['sum'], { keepdims: 1 }),
      node('Sqrt', ['sum'], ['y']),
    ],
    x: rows,
    still: [0, 1],
  },
  'a norm written out with a power': {
    nodes: [
      node('Pow', ['x', 'two'], ['square']),
      node('ReduceSum', ['square', 'last'], ['sum'], { keepdims: 1 }),
      node('Pow', ['sum', 'half'], ['y']),
    ],
    x: rows,
    constants: { two: scalar(2), half: scalar(0.5) },
    still: [0, 1],
  },
  'a softmax of a row that is masked throughout': {
    nodes: [
      node('Add', ['x', 'mask'], ['masked']),
      node('Softmax', ['masked'], ['value'], { axis: -1 }),
      node('IsNaN', ['value'], ['at_edge']),
      node('Where', ['at_edge', 'zero', 'value'], ['y']),
    ],
    x: float32([2, 3], [1, 2, 3, 1, 0, 2]),
    constants: {
      mask: float32([2, 3], [-Infinity, -Infinity, -Infinity, 0, 0, -Infinity]),
    },
    still: [0, 1, 2, 5],
  },
  'a logarithm of 0 that is not read': {
    nodes: guardedBy(isZero('x'), [node('Log', ['x'], ['value'])]),
    x: float32([3], [0, 2, 0.5]),
    still: [0],
  },
  'a quotient by 0 that is not read': {
    nodes: guardedBy(isZero('x'), [node('Div', ['one', 'x'], ['value'])]),
    x: float32([3], [0, 2, 0.5]),
    constants: { one: scalar(1) },
    still: [0],
  },
  'a reciprocal of 0 that is not read': {
    nodes: guardedBy(isZero('x'), [node('Reciprocal', ['x'], ['value'])]),
    x: float32([3], [0, 2, 0.5]),
    still: [0],
  },
  'an exponential beyond the largest number that is not read': {
    nodes: guardedBy(
      [node('Greater', ['x', 'limit'], ['at_edge'])],
      [node('Exp', ['x'], ['power']), node('Log', ['power'], ['value'])],
    ),
    x: float32([3], [1000, 2, 0.5]),
    constants: { limit: scalar(50) },
    still: [0],
  },
  'powers of 0 with an exponent of 0, 1 and 2': {
    nodes: [node('Pow', ['x', 'exponents'], ['y'])],
    x: float32([3], [0, 0, 0]),
    constants: { exponents: float32([3], [0, 1, 2]) },
    still: [0, 2],
  },
  'an arc sine at its end that is not read': {
    nodes: guardedBy([node('Equal', ['x', 'end'], ['at_edge'])], [node('Asin', ['x'], ['value'])]),
    x: float32([3], [1, 0.25, -0.5]),
    constants: { end: scalar(1) },
    still: [0],
  },
};

describe('gradients are finite where the network is, of', () => {
  it.each(Object.entries(edges))('%s', async (_, { nodes, x, constants, still }) => {
    const theCase: NumericCase = {
      nodes,
      inputs: { x },
      constants: { last, zero: scalar(0), ...constants },
    };
    const { gradients } = await ruleGradients(theCase);
    const found = [...(gradients.get('x')?.data as Float32Array)];
    expect(found.every(Number.isFinite)).toBe(true);
    expect(still.map((place) => found[place])).toEqual(still.map(() => expect.closeTo(0, 6)));
    const moving = found.filter((__, place) => !still.includes(place));
    expect(Math.max(0, ...moving.map(Math.abs)) > 0).toBe(moving.length > 0);
  });
});
