import { crossEntropyTargets, stateName } from '@espalier/autodiff';
import { noise, weight, withWeights } from '@espalier/conformance/architectures';
import { createOnnxEngine } from '@espalier/engine';
import {
  createSession,
  extractModel,
  findStages,
  int64,
  normaliseModel,
  readModel,
  runSession,
  traceModel,
  type Model,
  type Stage,
  type Tensor,
  type Trace,
} from '@espalier/onnx';
import { compileWholeTrainer } from '../wholeTrainer.js';
import { generatedHead, goldenPath, readGoldenFile } from './network.js';
import { relativeError, type Sketch } from './sketch.js';
import { findSource, partsOf } from './sources.js';

export interface TransformerGolden {
  readonly labels: readonly number[];
  readonly classes: number;
  readonly inputs: Readonly<
    Record<string, { readonly dims: readonly number[]; readonly values?: readonly number[] }>
  >;
  readonly loss: number;
  /** Of the parameters in PyTorch. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly gradients: Readonly<Record<string, Sketch>>;
}

export const readTransformerGolden = async (family: string): Promise<TransformerGolden> =>
  (await readGoldenFile(family)) as TransformerGolden;

/** An exported network with its generated weights put in, its stages and its examples. */
export interface Exported {
  readonly model: Model;
  readonly features: string;
  readonly trace: Trace;
  readonly stages: readonly Stage[];
  readonly examples: Readonly<Record<string, Tensor>>;
}

export async function readExported(name: string, golden: TransformerGolden): Promise<Exported> {
  const model = normaliseModel(withWeights(await readModel(goldenPath(`${name}.onnx`))));
  const examples = Object.fromEntries(
    model.graph.inputs.map((input) => [input.name, exampleOf(input.name, golden)]),
  );
  const trace = await traceModel(model, examples);
  const features = model.graph.outputs[0]?.name as string;
  return { model, features, trace, stages: findStages(trace, features), examples };
}

function exampleOf(name: string, golden: TransformerGolden): Tensor {
  const { dims, values } = golden.inputs[name] as TransformerGolden['inputs'][string];
  if (values !== undefined) return int64(values, dims);
  return {
    dtype: 'float32',
    dims,
    data: noise(
      name,
      dims.reduce((a, b) => a * b, 1),
    ),
  };
}

export interface Errors {
  /** Relative. */
  readonly loss: number;
  /** Relative error of the gradient, by parameter of PyTorch. */
  readonly gradients: ReadonlyMap<string, number>;
}

/** Trains one step of what lies behind the first `depth` stages, on what the frozen part makes of the examples. */
export async function errorsAt(net: Exported, golden: TransformerGolden, depth: number): Promise<Errors> {
  const input = net.model.graph.inputs[0]?.name as string;
  const cut = net.stages[depth - 1]?.output ?? input;
  const suffix = extractModel(net.model, [cut], [net.features], net.trace.tensors);
  const given: Readonly<Record<string, Tensor>> = depth === 0 ? {} : await activationAt(net, cut);
  const examples = suffix.graph.inputs.map(({ name }) => [name, given[name] ?? net.examples[name]] as const);
  const names = net.stages.slice(depth).flatMap(({ parameters }) => parameters);
  const batch = golden.labels.length;
  const trainer = await compileWholeTrainer(
    createOnnxEngine(),
    {
      suffix,
      buckets: [
        Object.fromEntries(examples.map(([name, tensor]) => [name, (tensor as Tensor).dims.slice(1)])),
      ],
      batch,
      outputs: golden.classes,
      optimizer: { kind: 'sgd' },
    },
    generatedHead(golden.classes),
    names,
  );
  const started = trainer.weights();
  const { loss } = await trainer.step({
    examples: Object.fromEntries(examples.map(([name, tensor]) => [name, (tensor as Tensor).data])),
    targets: crossEntropyTargets(golden.labels, batch, { classes: golden.classes }),
    rates: [0],
    weightDecay: 0,
  });
  // After one step from zero the velocity is the gradient.
  const { tensors } = trainer.save();
  await trainer.dispose();
  const known = new Map(Object.entries(golden.shapes).map(([name, dims]) => [name, weight(name, dims)]));
  const gradients = [...started].flatMap(([name, value]) =>
    compare(name, value, tensors.get(stateName(name, 'velocity')) as Tensor, known, golden),
  );
  return { loss: Math.abs(loss - golden.loss) / golden.loss, gradients: new Map(gradients) };
}

async function activationAt(net: Exported, cut: string): Promise<Record<string, Tensor>> {
  const input = net.model.graph.inputs[0]?.name as string;
  const prefix = extractModel(net.model, [input], [cut], net.trace.tensors);
  const session = await createSession(prefix);
  const needed = prefix.graph.inputs.map(({ name }) => [name, net.examples[name] as Tensor] as const);
  const result = await runSession(session, Object.fromEntries(needed));
  await session.release();
  return result;
}

/** Share of the largest gradient that errors are measured against at least: a key's bias has none at all. */
const FLOOR = 1e-4;

/** A weight that PyTorch does not train is infinitely wrong. */
function compare(
  weightName: string,
  value: Tensor,
  gradient: Tensor,
  known: ReadonlyMap<string, Tensor>,
  golden: TransformerGolden,
): [string, number][] {
  const source = findSource(value, known);
  if (source === null) return [[weightName, Infinity]];
  const largest = Math.max(...Object.values(golden.gradients).map(({ norm }) => norm));
  return partsOf(source, gradient).map((part, i) => {
    const name = source.parts[i] as string;
    const sketch = golden.gradients[name] as Sketch;
    const norm = Math.max(sketch.norm, FLOOR * largest);
    return [name, relativeError(name, part.data as Float32Array, { ...sketch, norm })];
  });
}
