import { describe, expect, it } from 'vitest';
import { OnnxError } from '../errors.js';
import { at, lookUp, take } from './at.js';
import { inputOf, node, outputOf } from './model.js';
import { copyInto, floatsOf, int64, float32 } from './tensor.js';

describe('looking up', () => {
  it('counts from either end of a list', () => {
    expect([at([1, 2, 3], 0), at([1, 2, 3], -1), at(Float32Array.of(4, 5), 1)]).toEqual([1, 3, 5]);
    expect(() => at([1, 2], 2)).toThrow(new RangeError('the list has 2 elements and no element 2'));
    expect(() => at([1, 2], -3)).toThrow(RangeError);
  });

  it('takes so many from the front', () => {
    expect(take([1, 2, 3], 2)).toEqual([1, 2]);
    expect(() => take([1], 2)).toThrow(new RangeError('the list has 1 elements instead of 2'));
  });

  it('finds a key of a map and of an object', () => {
    expect([lookUp(new Map([['a', 0]]), 'a'), lookUp({ a: 0 }, 'a')]).toEqual([0, 0]);
    expect(() => lookUp(new Map<string, number>(), 'a')).toThrow(new RangeError("the map has no key 'a'"));
    expect(() => lookUp({}, 'a')).toThrow(RangeError);
    expect(() => lookUp({}, 'constructor')).toThrow(RangeError);
  });

  it('names the node that lacks a tensor', () => {
    const one = node('Gemm', ['x'], ['y'], {}, { name: 'fc' });
    expect([inputOf(one, 0), outputOf(one)]).toEqual(['x', 'y']);
    expect(() => inputOf(one, 1)).toThrow(new OnnxError("Gemm 'fc' lacks its input 1"));
    expect(() => outputOf(one, 1)).toThrow(new OnnxError("Gemm 'fc' lacks its output 1"));
  });

  it('reads and copies elements of their own kind alone', () => {
    expect(floatsOf(float32([2], [1, 2]))).toEqual(Float32Array.of(1, 2));
    expect(() => floatsOf(int64([1]))).toThrow(/float32 tensor is needed here, but this one is int64/);
    const target = new BigInt64Array(2);
    copyInto(target, BigInt64Array.of(7n));
    expect(target).toEqual(BigInt64Array.of(7n, 0n));
    expect(() => copyInto(target, Float32Array.of(1))).toThrow(OnnxError);
  });
});
