import { at, float32, floatsOf, int64, node, scalar, stopsGradient, type Tensor } from '@espalier/onnx';
import { describe, expect, it } from 'vitest';
import { differentiate } from '../backward.js';
import { AutodiffError } from '../errors.js';
import { createBuilder } from '../graph/builder.js';
import { numericError, ruleGradients, spreadValues, type NumericCase } from '../testing/numeric.js';
import { ruleCases } from '../testing/ruleCases.js';
import { hasRule, operatorsWithRule, registerRule } from './index.js';

describe('every gradient rule against central finite differences', () => {
  it('has cases for all of them', () => {
    expect(Object.keys(ruleCases).sort()).toEqual(operatorsWithRule().sort());
  });

  it.each(Object.entries(ruleCases))('%s', async (_, list) => {
    for (const one of list) expect(await numericError(one)).toBeLessThan(2e-3);
  });
});

describe('slices that are picked often', () => {
  const [rows, width, count] = [6, 64, 16_384];
  const picked = Array.from({ length: count }, (_, i) => i % rows);
  const x = spreadValues('picked', [rows, width]);

  it.each([
    ['Gather', int64(picked, [count])],
    ['GatherND', int64(picked, [count, 1])],
  ])('%s adds all of their gradients, whatever the threads', async (opType, indices) => {
    const theCase: NumericCase = {
      // The square makes the gradient depend on the input, so that it is not folded into a constant.
      nodes: [node(opType, ['x', 'indices'], ['picked']), node('Mul', ['picked', 'picked'], ['y'])],
      inputs: { x },
      constants: { indices },
    };
    for (let run = 0; run < 12; run++) {
      const { weights, gradients } = await ruleGradients(theCase, 4);
      const expected = new Float64Array(rows * width);
      const values = floatsOf(weights[0] as Tensor);
      values.forEach((value, i) => {
        const to = (picked[Math.floor(i / width)] as number) * width + (i % width);
        expected[to] = (expected[to] as number) + 2 * value * (floatsOf(x)[to] as number);
      });
      const found = floatsOf(gradients.get('x') as Tensor);
      const worst = found.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - (expected[i] as number))),
        0,
      );
      expect(worst).toBeLessThan(0.01);
    }
  });
});

it('no operator has a rule whose result changes by jumps', () => {
  const jumping = operatorsWithRule().filter((name) => stopsGradient(node(name, [], [])));
  expect(jumping).toEqual([]);
});

describe('a rule that is added', () => {
  const centred: NumericCase = {
    nodes: [node('MeanVarianceNormalization', ['x'], ['y'], { axes: [2] })],
    inputs: { x: spreadValues('normalised', [2, 3, 5]) },
  };

  it('is a formula and one line in the registry, and all else follows', async () => {
    await expect(numericError(centred)).rejects.toThrow(/no gradient rule for MeanVarianceNormalization/);
    /** y = (x - mean) / deviation: dx = (dy - mean(dy) - y mean(dy y)) / deviation. */
    const remove = registerRule('MeanVarianceNormalization', (c) => {
      const mean = (name: string): string => c.mean(name, [2], true);
      const apart = c.sub(c.sub(c.dy, mean(c.dy)), c.mul(c.y, mean(c.mul(c.dy, c.y))));
      return c.div(apart, c.sqrt(mean(c.square(c.sub(c.x, mean(c.x))))));
    });
    try {
      expect(await numericError(centred)).toBeLessThan(2e-3);
      expect(hasRule(at(centred.nodes, 0))).toBe(true);
      expect(() => registerRule('MeanVarianceNormalization', (c) => c.dy)).toThrow(AutodiffError);
    } finally {
      remove();
    }
    expect(hasRule(at(centred.nodes, 0))).toBe(false);
  });

  it('is told where its gradient has a shape that the input does not broadcast to', async () => {
    const remove = registerRule('MeanVarianceNormalization', (c) => c.sum(c.dy, [2]));
    try {
      await expect(numericError(centred)).rejects.toThrow(
        /gradient of shape \[2,3\] for an input of shape \[2,3,5\]/,
      );
    } finally {
      remove();
    }
  });
});

describe('formulas', () => {
  const product: NumericCase = {
    nodes: [node('Mul', ['x', 'w'], ['y'])],
    inputs: { x: spreadValues('left', [2, 3]), w: spreadValues('right', [3]) },
  };
  const written = (wanted: readonly string[]): string[] => {
    const b = createBuilder({ initializers: new Map() }, new Map());
    b.declare('x', [2, 3]);
    b.declare('w', [3]);
    b.declare('y', [2, 3]);
    product.nodes.forEach(b.append);
    differentiate(b, new Map([['y', b.declare('dy', [2, 3])]]), wanted);
    return b.nodes.map(({ opType }) => opType);
  };

  it('are written for inputs whose gradient is wanted alone, and summed where the operator broadcasts', () => {
    expect(written([])).toEqual(['Mul']);
    expect(written(['x'])).toEqual(['Mul', 'Mul']);
    expect(written(['w'])).toEqual(['Mul', 'Mul', 'ReduceSum']);
  });

  it('share what several of them write', () => {
    const b = createBuilder({ initializers: new Map() }, new Map([['x', [2]]]));
    const [first, second] = [b.mul('x', 3), b.mul('x', 3)];
    expect(second).toBe(first);
    b.publish(first, 'out');
    expect(b.neg(b.mul('x', 3))).toBe(b.neg('out'));
    b.publish(first, 'again');
    expect(b.nodes.map(({ inputs, outputs }) => [inputs[0], outputs[0]])).toEqual([
      ['x', 'out'],
      ['out', expect.any(String)],
      ['out', 'again'],
    ]);
  });
});

describe('rewrites that training makes first', () => {
  const normalisation = (bias: boolean): NumericCase => ({
    nodes: [
      node('Conv', bias ? ['x', 'w', 'b'] : ['x', 'w'], ['c'], { pads: [1, 1, 1, 1] }),
      node('BatchNormalization', ['c', 'scale', 'shift', 'mean', 'variance'], ['y'], { epsilon: 1e-3 }),
    ],
    inputs: {
      x: spreadValues('x', [2, 2, 4, 4]),
      w: spreadValues('w', [3, 2, 3, 3]),
      ...(bias && { b: spreadValues('b', [3]) }),
      scale: spreadValues('scale', [3], 0.5, 1.5),
      shift: spreadValues('shift', [3]),
    },
    constants: { mean: float32([3], [0.1, -0.2, 0.3]), variance: float32([3], [0.5, 1.5, 0.8]) },
    lower: true,
  });

  it('fold a normalisation into its convolution', async () => {
    expect(await numericError(normalisation(false))).toBeLessThan(2e-3);
    expect(await numericError(normalisation(true))).toBeLessThan(2e-3);
  });

  it('write a normalisation that stands alone as scale and shift', async () => {
    const [, alone] = normalisation(false).nodes;
    const { scale, shift, x } = normalisation(false).inputs as Record<string, Tensor>;
    const error = await numericError({
      nodes: [{ ...(alone as ReturnType<typeof node>), inputs: ['x', 'scale', 'shift', 'mean', 'variance'] }],
      inputs: { x: spreadValues('alone', [2, 3, 3, 3]), scale: scale as Tensor, shift: shift as Tensor },
      constants: normalisation(false).constants as Record<string, Tensor>,
      lower: true,
    });
    expect(x).toBeDefined();
    expect(error).toBeLessThan(2e-3);
  });
});

describe('gradients that meet', () => {
  it('add up where a tensor is read twice', async () => {
    const error = await numericError({
      nodes: [
        node('Mul', ['x', 'x'], ['square']),
        node('Sigmoid', ['x'], ['soft']),
        node('Add', ['square', 'soft'], ['both']),
        node('Mul', ['both', 'x'], ['y']),
      ],
      inputs: { x: spreadValues('twice', [3, 4]) },
    });
    expect(error).toBeLessThan(2e-3);
  });

  it('do not flow through comparisons', async () => {
    const error = await numericError({
      nodes: [
        node('Greater', ['x', 'zero'], ['mask']),
        node('Cast', ['mask'], ['number'], { to: 1 }),
        node('Mul', ['x', 'number'], ['y']),
      ],
      inputs: { x: spreadValues('greater', [3, 4]) },
      constants: { zero: scalar(0) },
    });
    expect(error).toBeLessThan(2e-3);
  });
});
