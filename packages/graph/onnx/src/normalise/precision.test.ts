import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { at } from '../graph/at.js';
import { float32, floatsOf, narrowFloat32, widenFloat16 } from '../graph/tensor.js';
import { tinyNetwork } from '../testing/index.js';
import { normaliseModel } from './index.js';
import { narrowModel } from './precision.js';

const rounded = (...values: number[]): number[] => [
  ...floatsOf(widenFloat16(narrowFloat32(float32([values.length], values)))),
];

describe('float16', () => {
  it('keeps what it can hold, and rounds the rest to the nearest, ties to even', () => {
    const exact = [0, -0, 1, -2.5, 0.0999755859375, 65504, 2 ** -14, 2 ** -24, -(2 ** -20)];
    expect(rounded(...exact)).toEqual(exact);
    expect(rounded(1 + 2 ** -11, 1 + 3 * 2 ** -11, 65519, 65520, 1e9, 2 ** -26)).toEqual([
      1,
      1 + 2 ** -9,
      65504,
      Infinity,
      Infinity,
      0,
    ]);
    expect(rounded(NaN)[0]).toBeNaN();
  });

  it('is within half a unit in the last of 11 bits', () => {
    fc.assert(
      fc.property(fc.float({ min: Math.fround(-65000), max: Math.fround(65000), noNaN: true }), (value) => {
        const error = Math.abs(at(rounded(value), 0) - value);
        expect(error).toBeLessThanOrEqual(Math.max(2 ** -25, Math.abs(value) * 2 ** -11));
      }),
    );
  });

  it('of a network reads back as the network, its weights rounded', () => {
    const network = normaliseModel(tinyNetwork());
    const again = normaliseModel(narrowModel(network));
    expect(again.graph.nodes).toEqual(network.graph.nodes);
    const [before, after] = [network, again].map(
      ({ graph }) => graph.initializers.get('stem.weight')?.data as Float32Array,
    ) as [Float32Array, Float32Array];
    expect(after).not.toEqual(before);
    after.forEach((value, i) => expect(value).toBeCloseTo(at(before, i), 3));
  });
});
