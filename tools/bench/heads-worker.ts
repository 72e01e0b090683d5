import { crossEntropyTargets } from '@espalier/autodiff';
import { noise } from '@espalier/conformance/architectures';
import { createOnnxEngine, type HeadsSpec } from '@espalier/engine';
import { float32, headNames, type Model } from '@espalier/onnx';
import { processorTime, timeRuns, timeSteps } from './timeSteps.js';

/**
 * One training step of so many heads in Espalier, the peer of peers/heads.py; prints one JSON line. One head is
 * trained by the trainer of a single head. Arguments: WIDTH OUTPUTS HEADS BATCH SECONDS THREADS [processor], which
 * measures processor time
 */
const [width = 0, outputs = 0, heads = 0, batch = 0, seconds = 0, threads = 1] = process.argv
  .slice(2)
  .map(Number);

/** Features as they come. */
const suffix: Model = {
  irVersion: 8,
  opsets: new Map([['', 18]]),
  graph: {
    name: 'features',
    nodes: [],
    inputs: [{ name: 'features', dtype: 'float32', shape: ['batch', width] }],
    outputs: [{ name: 'features', dtype: 'float32', shape: ['batch', width] }],
    initializers: new Map(),
  },
  metadata: {},
};

const spec: HeadsSpec = {
  suffix,
  buckets: [{ features: [width] }],
  batch,
  pooling: 'none',
  outputs,
  loss: 'crossEntropy',
  optimizer: { kind: 'adamw' },
  clip: true,
  dropout: false,
};
const weights = new Map([
  [
    headNames.weight,
    float32(
      [width, outputs],
      noise('weight', width * outputs).map((value) => value / 100),
    ),
  ],
  [headNames.bias, float32([outputs], new Float32Array(outputs))],
]);
const examples = { features: noise('features', batch * width) };
const labels = Array.from({ length: batch }, (_, i) => i % outputs);
const targets = crossEntropyTargets(labels, batch, { classes: outputs });
const duration = { seconds, least: 50, ...(process.argv[8] === 'processor' && { clock: processorTime }) };
const engine = createOnnxEngine({ threads });
if (heads === 1) {
  const trainer = await engine.compileTrainer({ ...spec, groups: new Map(), headGroup: 0 });
  trainer.reset(weights);
  await timeSteps(trainer, { examples, targets, rates: [1e-3], weightDecay: 0.01, clip: 1 }, duration);
} else {
  const trainer = await engine.compileHeads(spec);
  const names = Array.from({ length: heads }, (_, k) => `head ${k}`);
  for (const name of names) trainer.reset(name, weights);
  const inputs = new Map(
    names.map((name, k) => [name, { targets, rate: 1e-3 / (k + 1), weightDecay: 0.01, clip: 1 }]),
  );
  const trained = heads * (width + 1) * outputs;
  await timeRuns(() => trainer.step({ examples, heads: inputs }), trained, duration);
}
