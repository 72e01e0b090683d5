/**
 * Opens a network as a study would, trains one step of it at its lowest freeze depth, and writes what went
 * in and what came out for `breadth.py` to hold against PyTorch.
 *
 *     node tools/dist/breadth/subject.js BACKBONE FOLDER
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crossEntropyTargets, stateName } from '@espalier/autodiff';
import { featuresOf, inputsAt, subjectOf, type Subject } from '@espalier/conformance';
import { headNames, type Tensor } from '@espalier/onnx';
import { createRandom } from '@espalier/base/random';
import { bucketShapes, groupsOf, onlyInputs, suffixAt, valuesOf } from '@espalier/runner';
import { findBackbone } from '@espalier/sdk';

const CLASSES = 3;
const LABELS = [0, 1, 2];

/** Input of the driver; tensors lie beside it in files of little-endian numbers. */
interface Answer {
  readonly features: string;
  readonly notes: readonly string[];
  readonly stages: number;
  readonly freezeDepths: readonly number[];
  readonly unsupported: readonly string[];
  /** At which depth a step was trained, and what went wrong there. */
  readonly depth: number;
  readonly failure: string | null;
  readonly loss: number | null;
  readonly compileSeconds: number;
  readonly tensors: readonly Entry[];
}

interface Entry {
  readonly kind: 'input' | 'features' | 'head' | 'weight' | 'gradient';
  readonly name: string;
  readonly dtype: string;
  readonly dims: readonly number[];
  readonly file: string;
}

type Keep = (kind: Entry['kind'], name: string, tensor: Tensor) => Promise<void>;

async function examine(reference: string, folder: string): Promise<Answer> {
  const subject = await subjectOf(await findBackbone(reference), folder);
  const { prepared, feeds } = subject;
  const tensors: Entry[] = [];
  const keep: Keep = async (kind, name, { dtype, dims, data }) => {
    const file = `${tensors.length}.bin`;
    tensors.push({ kind, name, dtype, dims, file });
    const values = data as Float32Array;
    await writeFile(join(folder, file), new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  };
  for (const [name, tensor] of Object.entries(onlyInputs(prepared.model, feeds))) {
    await keep('input', name, tensor);
  }
  const features = await featuresOf(subject, feeds);
  await keep('features', prepared.features, {
    dtype: 'float32',
    dims: [features.length / prepared.width, prepared.width],
    data: features,
  });
  const started = performance.now();
  const depth = prepared.freezeDepths[0] as number;
  const { loss, failure } = await trainStep(subject, depth, keep);
  return {
    features: prepared.features,
    notes: prepared.loaded.notes,
    stages: prepared.stages.length,
    freezeDepths: prepared.freezeDepths,
    unsupported: prepared.unsupported.map(({ opType }) => opType),
    ...{ depth, failure, loss, tensors },
    compileSeconds: (performance.now() - started) / 1000,
  };
}

interface Step {
  readonly loss: number | null;
  readonly failure: string | null;
}

/** One step at rate 0, after which the velocity is the gradient. */
async function trainStep(subject: Subject, depth: number, keep: Keep): Promise<Step> {
  const { prepared, engine, bucket } = subject;
  const suffix = suffixAt(prepared, depth);
  const weights = startWeights(subject, depth);
  try {
    const trainer = await engine.compileTrainer({
      ...{ suffix, buckets: bucketShapes(prepared, depth), batch: LABELS.length, outputs: CLASSES },
      ...{
        pooling: 'none',
        loss: 'crossEntropy',
        clip: false,
        dropout: false,
        groups: groupsOf(prepared, depth),
      },
      optimizer: { kind: 'sgd' },
      headGroup: prepared.stages.length - depth,
    });
    trainer.reset(weights);
    const rates = new Array<number>(trainer.groupCount).fill(0);
    const examples = valuesOf(onlyInputs(suffix, await inputsAt(subject, depth)));
    const targets = crossEntropyTargets(LABELS, LABELS.length, { classes: CLASSES });
    const { loss } = await trainer.step({ examples, bucket, targets, rates, weightDecay: 0 });
    const { tensors } = trainer.save();
    for (const [name, weight] of weights) {
      const isHead = name === headNames.weight || name === headNames.bias;
      await keep(isHead ? 'head' : 'weight', name, weight);
      if (!isHead) await keep('gradient', name, tensors.get(stateName(name, 'velocity')) as Tensor);
    }
    await trainer.dispose();
    return { loss, failure: null };
  } catch (error) {
    return {
      loss: null,
      failure: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    };
  }
}

/** The network's own weights, and a random head. */
function startWeights({ prepared }: Subject, depth: number): Map<string, Tensor> {
  const random = createRandom(0, 'breadth', 'head');
  const data = Float32Array.from({ length: prepared.width * CLASSES }, () => 0.5 * random.normal());
  const { initializers } = prepared.model.graph;
  const own = [...groupsOf(prepared, depth).keys()].map(
    (name) => [name, initializers.get(name) as Tensor] as const,
  );
  return new Map([
    ...own,
    [headNames.weight, { dtype: 'float32', dims: [prepared.width, CLASSES], data }],
    [headNames.bias, { dtype: 'float32', dims: [CLASSES], data: new Float32Array(CLASSES) }],
  ]);
}

const [reference, folder] = process.argv.slice(2);
if (reference === undefined || folder === undefined) {
  console.error('usage: subject.js BACKBONE FOLDER');
  process.exit(2);
}
await mkdir(folder, { recursive: true });
try {
  await writeFile(join(folder, 'answer.json'), JSON.stringify(await examine(reference, folder)));
} catch (error) {
  console.error(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  process.exit(1);
}
