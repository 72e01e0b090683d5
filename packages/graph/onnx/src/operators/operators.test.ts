import { describe, expect, it } from 'vitest';
import { node } from '../graph/model.js';
import { createSession } from '../runtime/session.js';
import { factsOf, isOperator, readsValues, stopsGradient } from './index.js';
import { table } from './table.js';

describe('the table of operators', () => {
  const entries = Object.entries(table);

  it('tells of a node what its operator is', () => {
    const conv = node('Conv', ['x', 'w'], ['y']);
    expect(factsOf(conv)).toMatchObject({ layer: 'convolution', weights: { 1: 'kernel', 2: 'bias' } });
    expect([stopsGradient(conv), readsValues(conv), isOperator(conv, 'Gemm', 'Conv')]).toEqual([
      false,
      true,
      true,
    ]);
    const shape = node('Shape', ['x'], ['y']);
    expect([stopsGradient(shape), readsValues(shape)]).toEqual([true, false]);
  });

  it('has nothing of an operator of another domain, or of one that is not there', () => {
    const foreign = node('Shape', ['x'], ['y'], {}, { domain: 'com.example' });
    expect(factsOf(foreign)).toEqual({});
    expect([stopsGradient(foreign), readsValues(foreign), isOperator(foreign, 'Shape')]).toEqual([
      false,
      true,
      false,
    ]);
    expect(factsOf(node('constructor', ['x'], ['y']))).toEqual({});
  });

  it('has layers with weights that mix channels or are looked up, and no weights where a result jumps', () => {
    for (const [name, { layer, weights = {}, jumps, givesTruth }] of entries) {
      const roles = Object.values(weights);
      if (layer !== undefined)
        expect([name, roles.some((role) => /kernel|table/.test(role))]).toEqual([name, true]);
      if (jumps) expect([name, roles]).toEqual([name, []]);
      if (givesTruth) expect([name, jumps]).toEqual([name, true]);
    }
  });

  it.each(entries.map(([name]) => name))(
    'knows %s from the specification: ONNX Runtime has the operator',
    async (name) => {
      const model = {
        irVersion: 8,
        opsets: new Map([['', 21]]),
        metadata: {},
        graph: {
          name: 'one',
          nodes: [node(name, ['x'], ['y'])],
          inputs: [{ name: 'x', dtype: 'float32' as const, shape: null }],
          outputs: [{ name: 'y', dtype: null, shape: null }],
          initializers: new Map(),
        },
      };
      const reason = await createSession(model).then(
        async (session) => {
          await session.release();
          return '';
        },
        (error: Error) => error.message,
      );
      expect(reason).not.toMatch(/there is no operator/);
    },
  );
});
