import { float32, node, scalar, type Tensor } from '@espalier/onnx';
import { describe, expect, it } from 'vitest';
import { numericError, spreadValues, type NumericCase } from '../test-numeric.js';
import { rules } from './index.js';
import { ruleCases } from './test-rules.js';

describe('every gradient rule against central finite differences', () => {
  it('has cases for all of them', () => {
    expect(Object.keys(ruleCases).sort()).toEqual(Object.keys(rules).sort());
  });

  it.each(Object.entries(ruleCases))('%s', async (_, list) => {
    for (const one of list) expect(await numericError(one)).toBeLessThan(2e-3);
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
