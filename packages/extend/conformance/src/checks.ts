import { headNames, trainableNames, type Model, type Tensor } from '@espalier/onnx';
import { onlyInputs, prefixOf, prepareBackbone, suffixAt, type PreparedBackbone } from '@espalier/runner';
import { insist } from './errors.js';
import { isSameTensor, largest, largestDifference, requireFinite } from './numbers.js';
import { EXAMPLES } from './examples.js';
import { encodeExamples, featuresOf, inputsAt, type Subject } from './subject.js';
import { exportOf, someDepths, startWeights, withTrainer } from './training.js';

/** One thing every backbone has to do. */
export interface Check {
  readonly name: string;
  /** @throws ConformanceError saying what is wrong with the plugin */
  readonly run: (subject: Subject) => Promise<void>;
}

export const checks: readonly Check[] = [
  { name: 'loads the same model every time', run: loadsTheSame },
  { name: 'preprocesses to finite numbers', run: preprocesses },
  { name: 'gives finite features that tell examples apart', run: tellsApart },
  { name: 'gives the same features in every batch', run: anyBatch },
  { name: 'can be cut at every freeze depth', run: stagesCut },
  { name: 'trains only unfrozen parameters at every freeze depth', run: trainsWhatItShould },
  { name: 'exports a model with the same outputs', run: exportsWhole },
];

async function loadsTheSame({ backbone, folder, prepared }: Subject): Promise<void> {
  const again = await prepareBackbone(backbone, folder);
  insist(again.hash === prepared.hash, 'loading it twice gave two different models');
  insist(
    prepared.stages.length >= 2,
    `it has ${prepared.stages.length} stages; a backbone needs two or more`,
  );
  const { parameters } = backbone;
  insist(
    parameters === null || parameters === prepared.parameterCount,
    `it declares ${parameters} parameters but has ${prepared.parameterCount}`,
  );
}

async function preprocesses({ prepared, feeds }: Subject): Promise<void> {
  const { data } = feeds[prepared.input.name] as Tensor;
  requireFinite(Float32Array.from(data, Number), 'the input');
}

async function tellsApart(subject: Subject): Promise<void> {
  const features = await featuresOf(subject, subject.feeds);
  const { width, model } = subject.prepared;
  // Not every network shows a broken weight: a rectifier may make zero of what is no number.
  for (const name of trainableNames(model.graph)) {
    requireFinite(model.graph.initializers.get(name)?.data as Float32Array, `weight '${name}'`);
  }
  requireFinite(features, 'the features');
  insist(
    features.length === EXAMPLES * width,
    `${EXAMPLES} examples of ${width} features gave ${features.length} numbers`,
  );
  const [first, second] = [features.subarray(0, width), features.subarray(width, 2 * width)];
  insist(largestDifference(first, second) > 1e-6, 'two different examples have the same features');
}

async function anyBatch(subject: Subject): Promise<void> {
  const { prepared, examples, feeds } = subject;
  const together = await featuresOf(subject, feeds);
  const scale = Math.max(1e-3, largest(together));
  for (const [i, example] of examples.entries()) {
    // In its own bucket, so that a sequence is not filled up as far as beside longer ones.
    const bucket = prepared.encoder.bucketOf(example);
    const alone = await featuresOf(subject, await encodeExamples(prepared, [example], bucket));
    const same = together.subarray(i * prepared.width, (i + 1) * prepared.width);
    const difference = largestDifference(alone, same) / scale;
    insist(
      difference < 1e-4,
      `example ${i} has different features alone and in a batch (difference ${difference})`,
    );
  }
}

async function stagesCut(subject: Subject): Promise<void> {
  const { prepared, engine } = subject;
  const expected = await featuresOf(subject, subject.feeds);
  const scale = Math.max(1e-3, largest(expected));
  for (const depth of someDepths(prepared).filter((one) => one > 0)) {
    const suffix = withIdentity(suffixAt(prepared, depth));
    const forward = await engine.compileForward(suffix);
    const found = await forward.run(onlyInputs(suffix, await inputsAt(subject, depth)));
    await forward.dispose();
    const features = found[`${prepared.features}__same`]?.data as Float32Array;
    const difference = largestDifference(features, expected) / scale;
    insist(
      difference < 1e-4,
      `the network cut at freeze depth ${depth} gives different features (difference ${difference})`,
    );
  }
}

/** A suffix of no layers is no graph; an Identity makes it one. */
function withIdentity(model: Model): Model {
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
  for (const depth of someDepths(subject.prepared)) {
    const weights = await withTrainer(subject, depth, async (trainer) => trainer.weights());
    const { initializers } = exportOf(subject, depth, weights).graph;
    const trained = trainedNames(subject.prepared, depth);
    for (const [name, tensor] of subject.prepared.model.graph.initializers) {
      // What is no float holds shapes and axes; an exported head may rename those of its pooling.
      if (tensor.dtype !== 'float32' || trained.has(name)) continue;
      const same = isSameTensor(initializers.get(name), tensor);
      insist(same, `freeze depth ${depth} changes '${name}', which is frozen`);
    }
    const forgotten = [...trained].find((name) => !weights.has(name));
    insist(forgotten === undefined, `freeze depth ${depth} does not train '${forgotten}'`);
    requireMoved(initializers, startWeights(subject.prepared, depth), depth);
  }
}

/** The weights above the first `depth` stages that these do not compute with. */
function trainedNames(prepared: PreparedBackbone, depth: number): Set<string> {
  const frozen = depth === 0 ? null : prefixOf(prepared, [depth]).graph.initializers;
  const above = trainableNames(suffixAt(prepared, depth).graph);
  return new Set(above.filter((name) => frozen?.has(name) !== true));
}

type Weights = ReadonlyMap<string, Tensor>;

function requireMoved(after: Weights, before: Weights, depth: number): void {
  const moved = [...before].filter(([name, tensor]) => {
    requireFinite(after.get(name)?.data as Float32Array, `'${name}' after training`);
    return !isSameTensor(after.get(name), tensor);
  });
  // A unit that no example reaches has no gradient; a stage has to have more than those.
  insist(
    moved.length > before.size / 2,
    `at freeze depth ${depth} only ${moved.length} of ${before.size} parameters change in training`,
  );
}

async function exportsWhole(subject: Subject): Promise<void> {
  const { prepared, engine, feeds } = subject;
  const depth = prepared.freezeDepths[0] as number;
  const { logits, weights } = await withTrainer(subject, depth, async (trainer, rows) => ({
    logits: await trainer.evaluate(rows, EXAMPLES, subject.bucket),
    weights: trainer.weights(),
  }));
  const model = exportOf(subject, depth, weights);
  const forward = await engine.compileForward(model);
  const outputs = await forward.run(onlyInputs(model, feeds));
  await forward.dispose();
  const found = outputs[headNames.logits]?.data as Float32Array;
  const difference = largestDifference(found, logits) / Math.max(1, largest(logits));
  insist(difference < 1e-4, `the exported network gives different logits (difference ${difference})`);
}
