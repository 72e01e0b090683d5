import { crossEntropyTargets } from '@espalier/autodiff';
import { preprocessImage, type DecodedImage } from '@espalier/data';
import { createOnnxEngine, type Engine, type Trainer } from '@espalier/engine';
import { float32, headNames, sizeOf, trainableNames, type Tensor } from '@espalier/onnx';
import { createRandom } from '@espalier/random';
import {
  assembleModel,
  cutAt,
  cutDims,
  groupsOf,
  prefixOf,
  prepareBackbone,
  ratesOf,
  suffixAt,
  type PreparedBackbone,
} from '@espalier/runner';
import type { Backbone } from '@espalier/transfer';
import { ConformanceError } from './errors.js';

/** One thing every backbone has to do. */
export interface Check {
  readonly name: string;
  /** @throws ConformanceError saying what is wrong with the plugin */
  readonly run: (subject: Subject) => Promise<void>;
}

/** A loaded backbone and pictures to try it on. */
export interface Subject {
  readonly backbone: Backbone;
  readonly prepared: PreparedBackbone;
  readonly engine: Engine;
  /** Preprocessed pictures, side by side. */
  readonly images: Float32Array;
}

const PICTURES = 3;
const CLASSES = 3;
/** More depths would say nothing new and take long for deep networks. */
const MOST_DEPTHS = 4;

/** Loads a backbone for the checks. */
export async function subjectOf(backbone: Backbone, cacheFolder: string): Promise<Subject> {
  const prepared = await prepareBackbone(backbone, cacheFolder);
  const pictures = Array.from({ length: PICTURES }, (_, i) => picture(i));
  const parts = await Promise.all(pictures.map((one) => preprocessImage(one, prepared.loaded.preprocessing)));
  const size = sizeOf(prepared.input.dims);
  const images = new Float32Array(PICTURES * size);
  parts.forEach((part, i) => {
    insist(part.length === size, `a picture gave ${part.length} numbers, its input needs ${size}`);
    images.set(part, i * size);
  });
  return { backbone, prepared, engine: createOnnxEngine(), images };
}

export const checks: readonly Check[] = [
  { name: 'loads the same model every time', run: loadsTheSame },
  { name: 'preprocesses to finite numbers', run: async ({ images }) => requireFinite(images, 'the input') },
  { name: 'gives finite features that tell pictures apart', run: tellsApart },
  { name: 'gives the same features in any batch', run: anyBatch },
  { name: 'has stages that end at every freeze depth', run: stagesCut },
  { name: 'trains at every freeze depth, and only what is not frozen', run: trainsWhatItShould },
  { name: 'comes back whole from an export', run: exportsWhole },
];

async function loadsTheSame({ backbone, prepared }: Subject): Promise<void> {
  const again = await prepareBackbone(backbone, '');
  insist(again.hash === prepared.hash, 'two loads gave two different models');
  insist(
    prepared.stages.length >= 2,
    `it has ${prepared.stages.length} stages; a backbone needs two or more`,
  );
  const { parameters } = backbone;
  insist(
    parameters === null || parameters === prepared.parameterCount,
    `it declares ${parameters} parameters and has ${prepared.parameterCount}`,
  );
}

async function tellsApart(subject: Subject): Promise<void> {
  const features = await featuresOf(subject, subject.images);
  const { width } = subject.prepared;
  requireFinite(features, 'the features');
  insist(
    features.length === PICTURES * width,
    `features of width ${width} came as ${features.length} numbers`,
  );
  const [first, second] = [features.subarray(0, width), features.subarray(width, 2 * width)];
  insist(largestDifference(first, second) > 1e-6, 'two different pictures have the same features');
}

async function anyBatch(subject: Subject): Promise<void> {
  const { prepared, images } = subject;
  const together = await featuresOf(subject, images);
  const size = sizeOf(prepared.input.dims);
  const scale = Math.max(1e-3, largest(together));
  for (let i = 0; i < PICTURES; i++) {
    const alone = await featuresOf(subject, images.slice(i * size, (i + 1) * size));
    const same = together.subarray(i * prepared.width, (i + 1) * prepared.width);
    const difference = largestDifference(alone, same) / scale;
    insist(difference < 1e-4, `picture ${i} has other features alone than in a batch (by ${difference})`);
  }
}

async function stagesCut(subject: Subject): Promise<void> {
  const { prepared, engine } = subject;
  const expected = await featuresOf(subject, subject.images);
  const scale = Math.max(1e-3, largest(expected));
  for (const depth of someDepths(prepared).filter((one) => one > 0)) {
    const cached = await activationsAt(subject, depth);
    const forward = await engine.compileForward(withIdentity(suffixAt(prepared, depth)));
    const input = cutAt(prepared, depth);
    const found = await forward.run({ [input]: float32([PICTURES, ...cutDims(prepared, depth)], cached) });
    await forward.dispose();
    const features = found[`${prepared.features}__same`]?.data as Float32Array;
    const difference = largestDifference(features, expected) / scale;
    insist(difference < 1e-4, `cut at freeze depth ${depth} it gives other features (by ${difference})`);
  }
}

/** A suffix of no layers is no graph; an Identity makes it one. */
function withIdentity(model: ReturnType<typeof suffixAt>): ReturnType<typeof suffixAt> {
  const [output] = model.graph.outputs;
  const name = `${output?.name}__same`;
  const same = {
    name,
    opType: 'Identity',
    domain: '',
    inputs: [output?.name as string],
    outputs: [name],
    attributes: {},
  };
  return {
    ...model,
    graph: {
      ...model.graph,
      nodes: [...model.graph.nodes, same],
      outputs: [{ name, dtype: 'float32', shape: null }],
    },
  };
}

async function trainsWhatItShould(subject: Subject): Promise<void> {
  const { prepared } = subject;
  const everything = trainableNames(prepared.model.graph);
  for (const depth of someDepths(prepared)) {
    const frozen = new Set(prepared.stages.slice(0, depth).flatMap(({ parameters }) => parameters));
    const before = startWeights(prepared, depth);
    const after = await withTrainer(subject, depth, async (trainer) => trainer.weights());
    const names = [...after.keys()].filter((name) => name !== headNames.weight && name !== headNames.bias);
    const thawed = names.find((name) => frozen.has(name));
    insist(thawed === undefined, `freeze depth ${depth} trains '${thawed}', which is frozen`);
    const forgotten = everything.find((name) => !frozen.has(name) && !names.includes(name));
    insist(forgotten === undefined, `freeze depth ${depth} leaves '${forgotten}' out`);
    const moved = [...after].filter(([name, { data }]) => {
      requireFinite(data as Float32Array, `'${name}' after training`);
      return largestDifference(data as Float32Array, before.get(name)?.data as Float32Array) > 0;
    });
    // A unit that no picture reaches has no gradient; a stage has to have more than those.
    insist(
      moved.length > after.size / 2,
      `at freeze depth ${depth} only ${moved.length} of ${after.size} parameters move`,
    );
  }
}

async function exportsWhole(subject: Subject): Promise<void> {
  const { prepared, engine, images, backbone } = subject;
  const depth = prepared.freezeDepths[0] as number;
  const { logits, weights } = await withTrainer(subject, depth, async (trainer, rows) => ({
    logits: await trainer.evaluate(rows, PICTURES),
    weights: trainer.weights(),
  }));
  const model = assembleModel(prepared, weights, {
    version: 1,
    labels: ['a', 'b', 'c'],
    preprocessing: prepared.loaded.preprocessing,
    backbone: backbone.id,
    licence: backbone.licence,
    freezeDepth: depth,
    seed: 0,
    command: 'conformance',
  });
  const forward = await engine.compileForward(model);
  const { name, dims } = prepared.input;
  const outputs = await forward.run({ [name]: float32([PICTURES, ...dims], images) });
  await forward.dispose();
  const found = outputs[headNames.logits]?.data as Float32Array;
  const difference = largestDifference(found, logits) / Math.max(1, largest(logits));
  insist(difference < 1e-4, `the exported network gives other logits (by ${difference})`);
}

type Rows = Record<string, Float32Array>;

/** Trains two steps at a freeze depth and hands over the trainer. */
async function withTrainer<T>(
  subject: Subject,
  depth: number,
  use: (trainer: Trainer, rows: Rows) => Promise<T>,
): Promise<T> {
  const { prepared, engine } = subject;
  const input = cutAt(prepared, depth);
  const trainer = await engine.compileTrainer({
    suffix: suffixAt(prepared, depth),
    inputDims: { [input]: cutDims(prepared, depth) },
    batch: PICTURES,
    pooling: 'none',
    outputs: CLASSES,
    loss: 'crossEntropy',
    optimizer: { kind: 'adamw' },
    clip: true,
    dropout: false,
    groups: groupsOf(prepared, depth),
    headGroup: prepared.stages.length - depth,
  });
  try {
    trainer.reset(startWeights(prepared, depth));
    const rows = { [input]: await activationsAt(subject, depth) };
    const targets = crossEntropyTargets([0, 1, 2], PICTURES, { classes: CLASSES });
    for (let step = 0; step < 2; step++) {
      const rates = ratesOf(trainer.groupCount, 1e-4, 1);
      const { loss } = await trainer.step({ examples: rows, targets, rates, weightDecay: 0, clip: 1 });
      insist(Number.isFinite(loss), `at freeze depth ${depth} the loss is ${loss}`);
    }
    return await use(trainer, rows);
  } finally {
    await trainer.dispose();
  }
}

function startWeights(prepared: PreparedBackbone, depth: number): Map<string, Tensor> {
  const random = createRandom(0, 'conformance', 'head');
  const head = Float32Array.from({ length: prepared.width * CLASSES }, () => 0.05 * random.normal());
  return new Map([
    ...[...groupsOf(prepared, depth).keys()].map(
      (name) => [name, prepared.model.graph.initializers.get(name) as Tensor] as const,
    ),
    [headNames.weight, float32([prepared.width, CLASSES], head)],
    [headNames.bias, float32([CLASSES], new Float32Array(CLASSES))],
  ]);
}

async function activationsAt({ prepared, engine, images }: Subject, depth: number): Promise<Float32Array> {
  if (depth === 0) return images;
  const forward = await engine.compileForward(prefixOf(prepared, [depth]));
  const { name, dims } = prepared.input;
  const outputs = await forward.run({ [name]: float32([PICTURES, ...dims], images) });
  await forward.dispose();
  return outputs[cutAt(prepared, depth)]?.data as Float32Array;
}

async function featuresOf({ prepared, engine }: Subject, images: Float32Array): Promise<Float32Array> {
  const forward = await engine.compileForward(prepared.model);
  const { name, dims } = prepared.input;
  const outputs = await forward.run({ [name]: float32([images.length / sizeOf(dims), ...dims], images) });
  await forward.dispose();
  return outputs[prepared.features]?.data as Float32Array;
}

/** Both ends and some between. */
function someDepths({ freezeDepths }: PreparedBackbone): number[] {
  const last = freezeDepths.length - 1;
  const places = Array.from({ length: MOST_DEPTHS }, (_, i) => Math.round((i * last) / (MOST_DEPTHS - 1)));
  return [...new Set(places)].map((place) => freezeDepths[place] as number);
}

/** Noise over coloured areas: no two are alike. */
function picture(seed: number): DecodedImage {
  const random = createRandom(seed, 'conformance', 'picture');
  const [width, height] = [96, 80];
  const base = [random.integer(256), random.integer(256), random.integer(256)];
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const column = Math.floor(i / 3) % width;
    const side = column * 2 < width ? 1 : 0.4;
    return Math.max(0, Math.min(255, (base[i % 3] as number) * side + 40 * random.normal()));
  });
  return { width, height, data };
}

const largest = (values: Float32Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

const largestDifference = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);

function requireFinite(values: Float32Array, what: string): void {
  insist(values.every(Number.isFinite), `${what} is not finite everywhere`);
}

function insist(condition: boolean, message: string): void {
  if (!condition) throw new ConformanceError(message);
}
