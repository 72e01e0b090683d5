import { ruleCases, ruleGradients, type NumericCase } from '@espalier/autodiff/testing';
import { lookUp, at, numbersOf, type Tensor } from '@espalier/onnx';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createTfjsEngine } from './engine.js';
import { compileGraph, createConstants } from './graph.js';
import { fromTf, scoped, toTf } from './tensors.js';

/** Largest difference, relative to the largest element. */
function difference(a: Tensor, b: Tensor): number {
  expect(b.dims).toEqual(a.dims);
  const [left, right] = [numbersOf(a), numbersOf(b)];
  const gaps = left.map((value, i) => Math.abs(value - at(right, i)));
  return Math.max(...gaps) / Math.max(1e-3, ...left.map(Math.abs));
}

/** Differences between the gradients of TensorFlow.js and those of the rules, by input. */
async function differences(theCase: NumericCase): Promise<number[]> {
  const { forward, outputs, weights, gradients } = await ruleGradients(theCase);
  const constants = createConstants();
  const graph = compileGraph(forward, constants);
  const names = Object.keys(theCase.inputs);
  const loss = (...inputs: tf.Tensor[]): tf.Tensor => {
    const results = graph.run(new Map(names.map((name, i) => [name, at(inputs, i)])));
    const terms = outputs.map((name, i) => tf.sum(tf.mul(lookUp(results, name), toTf(at(weights, i), name))));
    return terms.reduce((a, b) => tf.add(a, b));
  };
  const found = scoped(() =>
    tf
      .grads(loss)(names.map((name) => toTf(lookUp(theCase.inputs, name), name)))
      .map((gradient) => fromTf(gradient, 'float32')),
  );
  constants.dispose();
  return names.map((name, i) => difference(lookUp(gradients, name), at(found, i)));
}

describe("every gradient rule against TensorFlow.js's own gradient", () => {
  beforeAll(async () => {
    await createTfjsEngine();
  });

  it.each(Object.entries(ruleCases))('%s', async (_, list) => {
    const before = tf.memory().numTensors;
    for (const theCase of list) expect(Math.max(...(await differences(theCase)))).toBeLessThan(1e-4);
    expect(tf.memory().numTensors).toBe(before);
  });
});
