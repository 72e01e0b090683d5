import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathOf } from '@espalier/data';
import { findFeatures, float32, sizeOf, traceModel, normaliseModel, readModel } from '@espalier/onnx';
import { onnxFile } from '@espalier/plugin-onnx-file';
import { groupsOf, prepareBackbone, runStudy, studySettingsSchema } from '@espalier/runner';

/**
 * The study in Espalier, from an empty cache, and the files that tell the peer the same task.
 * Arguments: DATASET BACKBONE FOLDER DEPTHS RATES EPOCHS BATCH; prints one JSON line.
 */
const [dataset = '', reference = '', folder = '', depths = '', rates = '', epochs = '', batch = ''] =
  process.argv.slice(2);

const numbers = (text: string): number[] => text.split(',').map(Number);
const backbone = await onnxFile(reference);
const settings = studySettingsSchema.parse({
  command: 'tools/bench/study',
  dataset: { path: dataset },
  backbones: [reference],
  seed: 1,
  sampler: 'grid',
  pruner: 'none',
  freezeDepths: numbers(depths),
  learningRate: { kind: 'choices', values: numbers(rates) },
  layerDecay: { kind: 'choices', values: [1] },
  weightDecay: { kind: 'choices', values: [0.01] },
  augmentation: ['none'],
  training: { batch: Number(batch), dropout: 0, patience: null },
  budget: { trials: null, epochs: Number(epochs) },
  scratch: false,
  cache: { folder: join(folder, 'cache'), bytes: 20e9 },
});
const result = await runStudy(settings, { folder: join(folder, 'study'), backbones: [backbone] });

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
    validation: result.best.evaluations.validation.accuracy,
    test: result.best.evaluations.test.accuracy,
    best: result.best.trial?.configuration ?? null,
    trials: result.trials.map(({ configuration, epochs: records }) => ({
      depth: configuration.freezeDepth,
      rate: configuration.learningRate,
      seconds: records.reduce((sum, one) => sum + one.seconds, 0),
      validation: Math.max(...records.map(({ validationAccuracy }) => validationAccuracy)),
    })),
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
  }),
);

/** Which weights of the file each depth trains, and the tensor the head reads. */
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
