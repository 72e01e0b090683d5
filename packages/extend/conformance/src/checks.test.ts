import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine, Trainer } from '@espalier/engine';
import { float32, headNames, int64, node, writeModel, type Model, type Tensor } from '@espalier/onnx';
import { tinyNetwork } from '@espalier/onnx/testing';
import {
  defineBackbone,
  featuresSchema,
  imagePreprocessingSchema,
  licenceFromSpdx,
  normalisations,
  type Backbone,
} from '@espalier/transfer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checks } from './checks.js';
import { ConformanceError } from './errors.js';
import { subjectOf, type Subject } from './subject.js';
import { startWeights } from './training.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'espalier-checks-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

interface Plugin {
  readonly parameters?: number;
  readonly std?: number;
  /** The network of the n-th load. */
  readonly network?: (load: number) => Model;
}

function backboneOf({ parameters, std = 1, network = () => tinyNetwork() }: Plugin): Backbone {
  let loads = 0;
  return defineBackbone({
    id: 'tiny',
    family: 'tiny',
    modality: 'image',
    parameters: parameters ?? null,
    licence: licenceFromSpdx('MIT'),
    source: { kind: 'file', path: root },
    load: async ({ cacheFolder }) => {
      const modelPath = join(cacheFolder, 'tiny.onnx');
      await writeModel(modelPath, network(loads++));
      const numbers = { ...normalisations.unit, std: [std, std, std] };
      const size = { height: 24, width: 24, layout: 'nchw' };
      const preprocessing = imagePreprocessingSchema.parse({ kind: 'image', ...size, ...numbers });
      return { modelPath, preprocessing, features: featuresSchema.parse({}), notes: [] };
    },
  });
}

const subjectWith = async (plugin: Plugin): Promise<Subject> =>
  subjectOf(backboneOf(plugin), await mkdtemp(join(root, 'cache-')));

const run = (name: RegExp, subject: Subject): Promise<void> | undefined =>
  checks.find((check) => name.test(check.name))?.run(subject);

type Nodes = Model['graph']['nodes'];

/** The tiny network with nodes between its last activation, `last_relu`, and the pooling; they end in `changed`. */
function changed(nodes: Nodes, initializers: Readonly<Record<string, Tensor>> = {}): Model {
  const model = tinyNetwork();
  const { graph } = model;
  const at = graph.nodes.findIndex(({ outputs }) => outputs[0] === 'pooled');
  const pooling = node('GlobalAveragePool', ['changed'], ['pooled']);
  const all = [...graph.nodes.slice(0, at), ...nodes, pooling, ...graph.nodes.slice(at + 1)];
  const more = Object.entries(initializers);
  return {
    ...model,
    graph: { ...graph, nodes: all, initializers: new Map([...graph.initializers, ...more]) },
  };
}

/** The tiny network with a weight whose first number is not one. */
function withNaN(name: string): Model {
  const model = tinyNetwork();
  const { initializers } = model.graph;
  const { dims, data } = initializers.get(name) as Tensor;
  const values = Float32Array.from(data as Float32Array, (value, i) => (i === 0 ? NaN : value));
  const damaged = new Map([...initializers, [name, float32(dims, values)]]);
  return { ...model, graph: { ...model.graph, initializers: damaged } };
}

describe('a sound backbone', () => {
  it.each(checks)('$name', async ({ run: check }) => {
    await check(await subjectWith({}));
  });
});

describe('a backbone that is broken', () => {
  const overBatch = [
    node('ReduceMean', ['last_relu', 'batch_axis'], ['mean'], { keepdims: 1 }),
    node('Add', ['last_relu', 'mean'], ['changed']),
  ];
  const ofOneStage = (): Model => {
    const model = tinyNetwork();
    const pooling = node('GlobalAveragePool', ['image'], ['pooled']);
    const nodes = [pooling, node('Flatten', ['pooled'], ['flat'], { axis: 1 })];
    const outputs = [{ name: 'flat', dtype: 'float32' as const, shape: ['batch', 3] }];
    return { ...model, graph: { ...model.graph, nodes, outputs } };
  };
  it.each<[string, RegExp, Plugin, RegExp]>([
    [
      'changes between loads',
      /same model/,
      { network: (seed) => tinyNetwork({ seed }) },
      /loading it twice gave two/,
    ],
    ['counts its parameters wrong', /same model/, { parameters: 7 }, /declares 7 parameters but has \d+/],
    ['has a single stage', /same model/, { network: ofOneStage }, /1 stages; a backbone needs two/],
    ['divides by next to nothing', /finite numbers/, { std: 1e-44 }, /the input must be finite but/],
    [
      'has a weight that is no number',
      /examples apart/,
      { network: () => withNaN('last.weight') },
      /must be finite but contains NaN/,
    ],
    [
      'has a bias that is no number',
      /examples apart/,
      { network: () => withNaN('stem.bias') },
      /must be finite but contains NaN/,
    ],
    [
      'ignores the picture',
      /examples apart/,
      { network: () => changed([node('Mul', ['last_relu', 'zero'], ['changed'])]) },
      /two different examples have the same features/,
    ],
    [
      'mixes the pictures of a batch',
      /in every batch/,
      { network: () => changed(overBatch, { batch_axis: int64([0]) }) },
      /example 0 has different features alone and in a batch/,
    ],
  ])('%s', async (_, name, plugin, message) => {
    const checked = run(name, await subjectWith(plugin));
    await expect(checked).rejects.toThrow(ConformanceError);
    await expect(checked).rejects.toThrow(message);
  });
});

it('a cut that data flow around gives other features', async () => {
  const subject = await subjectWith({});
  const compileForward: Engine['compileForward'] = async (model) => {
    const forward = await subject.engine.compileForward(model);
    const cut = subject.prepared.stages[0]?.output as string;
    return {
      ...forward,
      run: async (inputs) => {
        const outputs = await forward.run(inputs);
        (outputs[cut]?.data as Float32Array | undefined)?.fill(0, 0, 100);
        return outputs;
      },
    };
  };
  const checked = run(/cut at every freeze depth/, {
    ...subject,
    engine: { ...subject.engine, compileForward },
  });
  await expect(checked).rejects.toThrow(ConformanceError);
  await expect(checked).rejects.toThrow(/cut at freeze depth 1 gives different features/);
});

describe('training that goes wrong', () => {
  type Weights = Map<string, Tensor>;

  /** A sound backbone on an engine that hands over other weights than it trained. */
  async function subjectThatHandsOver(
    change: (weights: Weights, subject: Subject) => void,
  ): Promise<Subject> {
    const subject = await subjectWith({});
    const compileTrainer = async (spec: Parameters<Engine['compileTrainer']>[0]): Promise<Trainer> => {
      const trainer = await subject.engine.compileTrainer(spec);
      const weights = (): Weights => {
        const found = trainer.weights();
        change(found, subject);
        return found;
      };
      return { ...trainer, weights };
    };
    return { ...subject, engine: { ...subject.engine, compileTrainer } };
  }

  const shifted = ({ dims, data }: Tensor): Tensor =>
    float32(
      dims,
      Float32Array.from(data as Float32Array, (value) => value + 0.5),
    );
  const original = ({ prepared }: Subject, name: string): Tensor =>
    prepared.model.graph.initializers.get(name) as Tensor;

  it.each<[string, RegExp, Parameters<typeof subjectThatHandsOver>[0], RegExp]>([
    [
      'moves a frozen weight',
      /trains only unfrozen parameters/,
      (weights, subject) => weights.set('stem.weight', shifted(original(subject, 'stem.weight'))),
      /freeze depth 1 changes 'stem\.weight', which is frozen/,
    ],
    [
      'moves the statistics of a normalisation',
      /trains only unfrozen parameters/,
      (weights, subject) => weights.set('bn.mean', shifted(original(subject, 'bn.mean'))),
      /freeze depth 0 changes 'bn\.mean', which is frozen/,
    ],
    [
      'leaves a weight out',
      /trains only unfrozen parameters/,
      (weights) => weights.delete('last.weight'),
      /freeze depth 0 does not train 'last\.weight'/,
    ],
    [
      'moves nothing',
      /trains only unfrozen parameters/,
      (weights, subject) => {
        for (const [name, tensor] of startWeights(subject.prepared, 0)) {
          if (weights.has(name)) weights.set(name, tensor);
        }
      },
      /at freeze depth 0 only 0 of \d+ parameters change in training/,
    ],
    [
      'exports another head',
      /exports a model/,
      (weights) => weights.set(headNames.bias, shifted(weights.get(headNames.bias) as Tensor)),
      /the exported network gives different logits/,
    ],
  ])('%s', async (_, name, change, message) => {
    const checked = run(name, await subjectThatHandsOver(change));
    await expect(checked).rejects.toThrow(ConformanceError);
    await expect(checked).rejects.toThrow(message);
  });
});
