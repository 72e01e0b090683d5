import { weight } from '@espalier/conformance/architectures';
import { createOnnxEngine, type Engine, type Trainer } from '@espalier/engine';
import { headNames, normaliseModel, readModel, type Model, type Tensor } from '@espalier/onnx';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { compileWholeTrainer, type HeadStart } from '../wholeTrainer.js';
import type { Sketch } from './sketch.js';

export interface Golden {
  readonly size: number;
  readonly labels: readonly number[];
  readonly classWeights: readonly number[];
  readonly labelSmoothing: number;
  readonly loss: number;
  readonly gradients: Readonly<Record<string, Sketch>>;
}

/** The same from the sources and from dist/, which has no goldens of its own. */
const goldens = new URL('parity/goldens/', import.meta.resolve('@espalier/tools/package.json'));
export const goldenPath = (file: string): string => fileURLToPath(new URL(file, goldens));

/** Reads the facts of a network that a script of this folder wrote. */
export const readGoldenFile = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(goldenPath(`${name}.json`), 'utf8'));

export const readGolden = async (name: string): Promise<Golden> => (await readGoldenFile(name)) as Golden;

/** A network of goldens/ with its generated weights put in. */
export async function readNetwork(name: string): Promise<Model> {
  const model = await readModel(goldenPath(`${name}.onnx`));
  const inputs = model.graph.inputs.filter((input) => input.name === 'image');
  const weights = model.graph.inputs
    .filter((input) => input.name !== 'image')
    .map((input): [string, Tensor] => [input.name, weight(input.name, input.shape as number[])]);
  const initializers = new Map([...model.graph.initializers, ...weights]);
  return normaliseModel({ ...model, graph: { ...model.graph, inputs, initializers } });
}

export interface NetworkTrainerOptions {
  readonly batch: number;
  /** Shape of one example of the network's input. */
  readonly dims: readonly number[];
  readonly outputs: number;
  readonly optimizer?: 'sgd' | 'adamw';
  readonly decay?: boolean;
  /** ONNX Runtime by default. */
  readonly engine?: Engine;
}

/** A trainer of all weights of a network, or of a part of one, with a generated head. */
export const trainNetwork = (model: Model, options: NetworkTrainerOptions): Promise<Trainer> => {
  const { batch, dims, outputs, optimizer = 'sgd', decay = true, engine = createOnnxEngine() } = options;
  return compileWholeTrainer(
    engine,
    {
      suffix: model,
      buckets: [{ [model.graph.inputs[0]?.name as string]: dims }],
      batch,
      pooling: 'mean',
      outputs,
      optimizer: { kind: optimizer },
      decay,
    },
    generatedHead(outputs),
  );
};

/** The head that the peers begin with too. */
export const generatedHead =
  (outputs: number): HeadStart =>
  (width) => ({
    weight: weight(headNames.weight, [width, outputs]),
    bias: weight(headNames.bias, [outputs]),
  });
