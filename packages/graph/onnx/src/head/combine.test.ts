import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readModel } from '../files/read.js';
import { validateModel } from '../files/validate.js';
import { writeModel } from '../files/write.js';
import { lookUp } from '../graph/at.js';
import { node, type Graph, type GraphNode, type Model, type ValueInfo } from '../graph/model.js';
import { float32, type Tensor } from '../graph/tensor.js';
import { difference, graphOf, noise, run } from '../testing/graphs.js';
import { joinModels, keepOutputs } from './combine.js';

const folder = mkdtempSync(join(tmpdir(), 'espalier-combine-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const value = (name: string): ValueInfo => ({ name, dtype: 'float32', shape: null });
const namesOf = (values: readonly ValueInfo[]): string[] => values.map(({ name }) => name);

/** y = x weight + bias, on the way of which there is `hidden`. */
const layer = (weight: Tensor, bias: Tensor, options: Partial<Parameters<typeof graphOf>[0]> = {}): Model =>
  graphOf({
    nodes: [node('MatMul', ['x', 'weight'], ['hidden']), node('Add', ['hidden', 'bias'], ['y'])],
    initializers: { weight, bias },
    ...options,
  });

/** An If whose branches read weights from outside and have tensors of their own. */
function branching(name: string): Model {
  const branch = (opType: string, weight: string): Graph => ({
    name: opType,
    nodes: [node('Mul', ['x', weight], ['inner']), node(opType, ['inner'], [`inner_${opType}`])],
    inputs: [],
    outputs: [value(`inner_${opType}`)],
    initializers: new Map(),
  });
  const choice: GraphNode = {
    ...node('If', ['positive'], ['y']),
    attributes: {
      then_branch: { kind: 'graph', value: branch('Neg', 'up') },
      else_branch: { kind: 'graph', value: branch('Abs', 'down') },
    },
  };
  return graphOf({
    nodes: [
      node('ReduceSum', ['x'], ['sum'], { keepdims: 0 }),
      node('Greater', ['sum', 'nothing'], ['positive']),
      choice,
    ],
    initializers: {
      nothing: float32([], [0]),
      up: noise(`${name} up`, [4]),
      down: noise(`${name} down`, [4]),
    },
  });
}

/** Joins models, and expects each one's outputs to be what they are alone, in a file too. */
async function expectJoined(
  models: readonly Model[],
  prefixes: readonly string[],
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Model> {
  const { model, outputs } = joinModels(models, prefixes);
  validateModel(model, 'joined.onnx');
  const path = join(folder, 'joined.onnx');
  await writeModel(path, model);
  expect(await readModel(path)).toEqual(model);
  const found = await run(model, feeds);
  expect(Object.keys(found).toSorted()).toEqual(outputs.flat().toSorted());
  for (const [i, alone] of models.entries()) {
    const own = Object.fromEntries(alone.graph.inputs.map(({ name }) => [name, lookUp(feeds, name)]));
    const expected = await run(alone, own);
    expect(outputs[i]).toHaveLength(alone.graph.outputs.length);
    for (const [k, { name }] of alone.graph.outputs.entries()) {
      const result = lookUp(found, outputs[i]?.[k] as string);
      expect(difference(lookUp(expected, name), result), `${name} of ${i}`).toBeLessThan(1e-6);
    }
  }
  return model;
}

describe('keepOutputs', () => {
  const [first, second] = [noise('first', [4, 3]), noise('second', [4, 2])];
  const model = graphOf({
    nodes: [
      node('MatMul', ['x', 'first'], ['a']),
      node('Relu', ['a'], ['b']),
      node('MatMul', ['z', 'second'], ['c']),
    ],
    initializers: { first, second },
    inputs: { x: ['batch', 4], z: ['batch', 4] },
    outputs: ['b', 'c'],
  });

  it('keeps what they need and no more', async () => {
    const { graph } = keepOutputs(model, [value('a')]);
    expect(graph.nodes.map(({ outputs }) => outputs)).toEqual([['a']]);
    expect(namesOf(graph.inputs)).toEqual(['x']);
    expect([...graph.initializers.keys()]).toEqual(['first']);
    const feeds = { x: noise('x', [2, 4]) };
    const kept = await run(keepOutputs(model, [value('b')]), feeds);
    const whole = await run(model, { ...feeds, z: noise('z', [2, 4]) });
    expect(kept['b']).toEqual(whole['b']);
    expect(namesOf(keepOutputs(model, [value('c'), value('a')]).graph.outputs)).toEqual(['c', 'a']);
  });

  it('keeps an input that is an output, and what sub-graphs read', () => {
    expect(namesOf(keepOutputs(model, [value('z')]).graph.inputs)).toEqual(['z']);
    const { graph } = keepOutputs(branching('kept'), [value('y')]);
    expect([...graph.initializers.keys()].toSorted()).toEqual(['down', 'nothing', 'up']);
  });
});

describe('joinModels', () => {
  const x = noise('x', [3, 4]);
  const [weight, bias, other] = [noise('weight', [4, 5]), noise('bias', [5]), noise('other', [4, 5])];

  it('keeps models of the same names apart, with inputs of one name as one', async () => {
    const model = await expectJoined([layer(weight, bias), layer(other, noise('b', [5]))], ['a_', 'b_'], {
      x,
    });
    expect(namesOf(model.graph.inputs)).toEqual(['x']);
    expect(model.graph.initializers.size).toBe(4);
  });

  it('has a weight that both hold once, and both inputs', async () => {
    const nodes = [node('MatMul', ['z', 'matrix'], ['y']), node('Relu', ['y'], ['positive'])];
    const inputs = { z: ['batch', 4] };
    const second = graphOf({ nodes, initializers: { matrix: weight }, inputs, outputs: ['y', 'positive'] });
    const model = await expectJoined([layer(weight, bias), second], ['', 'b_'], { x, z: noise('z', [2, 4]) });
    expect([...model.graph.initializers.keys()]).toEqual(['weight', 'bias']);
    expect(namesOf(model.graph.inputs)).toEqual(['x', 'z']);
  });

  it('does not take a weight of the same numbers in another shape for the same', async () => {
    const flat = { ...weight, dims: [5, 4] };
    const transposed = graphOf({
      nodes: [node('Transpose', ['flat'], ['turned']), node('MatMul', ['x', 'turned'], ['y'])],
      initializers: { flat },
    });
    const model = await expectJoined([layer(weight, bias), transposed], ['a_', 'b_'], { x });
    expect(model.graph.initializers.size).toBe(3);
  });

  it('renames what branches read and make', async () => {
    for (const sign of [1, -1]) {
      const given = float32(
        [1, 4],
        [1, 2, 3, 4].map((number) => sign * number),
      );
      const joined = [branching('one'), branching('two'), layer(weight, bias)];
      await expectJoined(joined, ['', 'b_', 'c_'], { x: given });
    }
  });

  it('makes way where one model calls a tensor what another is called or reads', async () => {
    const inner = graphOf({
      nodes: [node('MatMul', ['x', 'b_weight'], ['words']), node('Add', ['words', 'b_y'], ['b_hidden'])],
      initializers: { b_weight: other, b_y: bias },
    });
    const words = graphOf({ nodes: [node('Abs', ['words'], ['y'])], inputs: { words: ['batch', 2] } });
    const feeds = { x, words: noise('words', [3, 2]) };
    await expectJoined([inner, layer(weight, bias), words], ['', 'b_', 'c_'], feeds);
    await expectJoined([words, layer(weight, bias), inner], ['c_', 'b_', ''], feeds);
  });

  it('leaves nodes without a name without one', () => {
    const model = layer(weight, bias);
    const nameless = { ...model.graph, nodes: model.graph.nodes.map((item) => ({ ...item, name: '' })) };
    const { nodes } = joinModels([model, { ...model, graph: nameless }], ['', 'b_']).model.graph;
    expect(nodes.map(({ name }) => name)).toEqual(['hidden', 'y', '', '']);
  });
});
