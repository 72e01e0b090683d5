import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathOf } from '@espalier/data';
import { findFeatures, float32, sizeOf, traceModel, normaliseModel, readModel } from '@espalier/onnx';
import { onnxFile } from '@espalier/plugin-onnx-file';
import { groupsOf, prepareBackbone, runStudy } from '@espalier/runner';
import { studyRequestSchema, type Range } from '@espalier/study';

/**
 * The study in Espalier, from an empty cache, and the files that tell the peer the same task.
 * Arguments: DATASET BACKBONE FOLDER DEPTHS RATES EPOCHS BATCH; prints one JSON line.
 */
const [dataset = '', reference = '', folder = '', depths = '', rates = '', epochs = '', batch = ''] =
  process.argv.slice(2);

const numbers = (text: string): number[] => text.split(',').map(Number);
const list = (...values: readonly (number | string)[]): Range => ({ kind: 'choices', values });
const backbone = await onnxFile(reference);
const settings = studyRequestSchema.parse({
  command: 'tools/bench/study',
  dataset: { path: dataset },
  backbones: [reference],
  seed: 1,
  sampler: 'grid',
  pruner: 'none',
  space: {
    ...{ freezeDepth: list(...numbers(depths)), learningRate: list(...numbers(rates)) },
    ...{ layerDecay: list(1), weightDecay: list(0.01), augmentation: list('none') },
    ...{ batch: list(Number(batch)), dropout: list(0) },
  },
  training: { patience: null },
  budget: { trials: null, epochs: Number(epochs) },
  baseline: false,
});
const environment = { cache: { folder: join(folder, 'cache'), bytes: 20e9 } };
const result = await runStudy(settings, {
  ...{ folder: join(folder, 'study'), environment, backbones: [backbone] },
});

const { data } = result.session;
const split = Object.fromEntries(
  Object.entries(data.splits).map(([name, examples]) => [
    name,
    examples.map((example) => ({ path: pathOf(example), label: example.label })),
  ]),
);
await writeFile(join(folder, 'split.json'), JSON.stringify(split));
await writeFile(join(folder, 'depths.json'), JSON.stringify(await trainedWeights()));
console.log(
  JSON.stringify({
    seconds: result.seconds,
    validation: result.best.evaluations.validation.value,
    test: result.best.evaluations.test.value,
    best: result.best.trial?.configuration ?? null,
    trials: result.trials.map(({ configuration, epochs: records }) => ({
      depth: configuration.values['freezeDepth'],
      rate: configuration.values['learningRate'],
      seconds: records.reduce((sum, one) => sum + one.seconds, 0),
      validation: Math.max(...records.map(({ metrics }) => metrics['accuracy'] ?? 0)),
    })),
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
  }),
);

/** Weights of the file that each depth trains, and the tensor that the head reads. */
async function trainedWeights(): Promise<object> {
  const prepared = await prepareBackbone(backbone, folder);
  const whole = normaliseModel(await readModel(prepared.loaded.modelPath));
  const { name, dims } = prepared.input;
  const trace = await traceModel(whole, { [name]: float32([1, ...dims], new Float32Array(sizeOf(dims))) });
  return {
    features: findFeatures(trace.model, trace.tensors).tensors,
    depths: numbers(depths).map((depth) => ({ depth, trained: [...groupsOf(prepared, depth).keys()] })),
  };
}
