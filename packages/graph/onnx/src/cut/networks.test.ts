import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readModel } from '../files/read.js';
import { at } from '../graph/at.js';
import type { Model } from '../graph/model.js';
import { float32, sizeOf, type Tensor } from '../graph/tensor.js';
import { ancestorsOf } from '../graph/topology.js';
import { normaliseModel } from '../normalise/index.js';
import { trainableNames } from '../weights/parameters.js';
import { findFeatures } from './features.js';
import { findStages } from './stages.js';
import { traceModel } from './trace.js';

const pathOf = (name: string): string =>
  fileURLToPath(new URL(`../../../../../tools/parity/goldens/${name}.onnx`, import.meta.url));

/** A network of torchvision; its weights, which the file leaves out, all ones. */
async function readNetwork(name: string): Promise<Model> {
  const model = await readModel(pathOf(name));
  const [image, ...weights] = model.graph.inputs;
  const filled = weights.map(({ name: weight, shape }): [string, Tensor] => {
    const dims = shape as number[];
    return [weight, float32(dims, new Float32Array(sizeOf(dims)).fill(1))];
  });
  const initializers = new Map([...model.graph.initializers, ...filled]);
  return normaliseModel({ ...model, graph: { ...model.graph, inputs: image ? [image] : [], initializers } });
}

/** Number of stages, and of parameters: what torchvision states less its classifier. */
const networks: readonly (readonly [string, number, number])[] = [
  ['resnet18', 9, 11_176_512],
  ['mobilenet_v2', 19, 2_223_872],
  ['mobilenet_v3_small', 18, 927_008],
  ['efficientnet_b0', 24, 4_007_548],
  ['inception_v3', 12, 21_785_568],
  ['squeezenet1_1', 10, 722_496],
  ['vgg11', 6, 9_225_984],
];

describe('the stages of networks of torchvision', () => {
  it.each(networks)('%s', async (name, stageCount, parameterCount) => {
    const model = await readNetwork(name);
    const trace = await traceModel(model, { image: float32([1, 3, 96, 96], new Float32Array(3 * 96 * 96)) });
    const features = at(findFeatures(trace.model).tensors, 0);
    const stages = findStages(trace, features);
    expect(stages.length).toBe(stageCount);
    expect(stages.length).toBeGreaterThan(2);
    expect(stages.length).toBeLessThanOrEqual(24);
    expect(features).toBe('features');
    expect(stages.at(-1)?.output).toBe(features);
    stages.slice(1).forEach(({ output }, i) => {
      const before = stages[i]?.output as string;
      expect(output).not.toBe(before);
      expect(ancestorsOf(model.graph.nodes, [output]).has(before)).toBe(true);
    });
    const found = stages.flatMap(({ parameters }) => parameters);
    expect(found.toSorted()).toEqual(trainableNames(model.graph).toSorted());
    expect(stages.reduce((sum, stage) => sum + stage.parameterCount, 0)).toBe(parameterCount);
    expect(stages.every((stage) => stage.parameterCount > 0)).toBe(true);
  });
});
