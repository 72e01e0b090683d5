import { crossEntropyTargets } from '@espalier/autodiff';
import { createEngine, type EngineName } from '@espalier/engine';
import { noise } from '@espalier/conformance/architectures';
import { extractModel, findStages, float32, sizeOf, traceModel, type Model } from '@espalier/onnx';
import { readNetwork, trainNetwork } from '../parity/network.js';
import { timeSteps } from './timeSteps.js';

/**
 * One training step in Espalier, the peer of peers/step.py; prints one JSON line.
 * Arguments: NETWORK SIZE BATCH OPTIMIZER FROM SECONDS ENGINE; FROM is `input` or a shape such as 128x12x12.
 */
const CLASSES = 10;
const [name = '', size = '', batch = '', optimizer = '', from = '', seconds = '', engine = 'onnx'] =
  process.argv.slice(2);

interface Suffix {
  readonly model: Model;
  readonly input: string;
  readonly dims: readonly number[];
}

/** The network from its input, or from the last stage whose activation has the shape asked for. */
async function suffixOf(): Promise<Suffix> {
  const model = await readNetwork(name);
  const side = Number(size);
  const dims = [3, side, side];
  if (from === 'input') return { model, input: 'image', dims };
  const trace = await traceModel(model, { image: float32([1, ...dims], new Float32Array(sizeOf(dims))) });
  const features = model.graph.outputs[0]?.name as string;
  const wanted = from.split('x').join();
  const stage = findStages(trace, features).findLast(
    ({ output }) => trace.tensors.get(output)?.dims.slice(1).join() === wanted,
  );
  if (stage === undefined) throw new Error(`${name} has no stage that ends at ${from}`);
  const suffix = extractModel(model, [stage.output], [features], trace.tensors);
  return { model: suffix, input: stage.output, dims: wanted.split(',').map(Number) };
}

const suffix = await suffixOf();
const trainer = await trainNetwork(suffix.model, {
  batch: Number(batch),
  dims: suffix.dims,
  outputs: CLASSES,
  optimizer: optimizer as 'sgd' | 'adamw',
  decay: false,
  engine: await createEngine({ name: engine as EngineName }),
});
const examples = { [suffix.input]: noise('image', Number(batch) * sizeOf(suffix.dims)) };
const labels = Array.from({ length: Number(batch) }, (_, i) => i % CLASSES);
const targets = crossEntropyTargets(labels, Number(batch), { classes: CLASSES });
const input = { examples, targets, rates: [1e-6], weightDecay: 0 };
await timeSteps(trainer, input, { seconds: Number(seconds), least: 8 });
