import { crossEntropyTargets } from '@espalier/autodiff';
import { noise } from '@espalier/conformance/architectures';
import { createOnnxEngine } from '@espalier/engine';
import {
  appendPooling,
  extractModel,
  findStages,
  int64,
  normaliseModel,
  POOLED_FEATURES,
  poolTokens,
  readModel,
  sizeOf,
  traceModel,
  type Tensor,
  type TensorData,
} from '@espalier/onnx';
import { generatedHead } from '../parity/network.js';
import { compileWholeTrainer } from '../wholeTrainer.js';
import { timeSteps } from './timeSteps.js';

/**
 * One training step in Espalier, the peer of peers/bert.py; prints one JSON line.
 * Arguments: MODEL FROZEN BATCH LENGTH OPTIMIZER SECONDS.
 */
const CLASSES = 10;
const BLOCKS = 12;
const [path = '', frozenText = '', batchText = '', lengthText = '', optimizer = '', secondsText = ''] =
  process.argv.slice(2);
const [frozen, batch, length] = [Number(frozenText), Number(batchText), Number(lengthText)];

const model = appendPooling(
  normaliseModel(await readModel(path)),
  poolTokens('hidden', 768, 'mean', 'attention_mask'),
);
const ids = (fill: number): Tensor => int64(new Array<number>(2 * 16).fill(fill), [2, 16]);
const trace = await traceModel(model, { input_ids: ids(5), attention_mask: ids(1) });
const { tensors } = trace;
const stages = findStages(trace, POOLED_FEATURES);

/** The end of the last stage in which the frozen blocks' weights are; -1 is the input. */
function cutOf(): string {
  if (frozen < 0) return 'input_ids';
  if (frozen === BLOCKS) return POOLED_FEATURES;
  const inside = new RegExp(`layer\\.${frozen}\\b`);
  const first = stages.findIndex(({ output }) => inside.test(output));
  return stages[first - 1]?.output as string;
}

const cut = cutOf();
const whole = extractModel(model, [cut], [POOLED_FEATURES], tensors);
const free = whole.graph.inputs.map((input) => ({
  ...input,
  shape: input.shape?.map((dim) => (dim === 16 ? 'length' : dim)) ?? null,
}));
const suffix = { ...whole, graph: { ...whole.graph, inputs: free } };
const dims =
  tensors
    .get(cut)
    ?.dims.slice(1)
    .map((dim) => (dim === 16 ? length : dim)) ?? [];
const trainer = await compileWholeTrainer(
  createOnnxEngine(),
  {
    suffix,
    buckets: [{ [cut]: dims, attention_mask: [length] }],
    batch,
    outputs: CLASSES,
    optimizer: { kind: optimizer as 'sgd' | 'adamw' },
  },
  generatedHead(CLASSES),
);
const tokens = BigInt64Array.from({ length: batch * length }, (_, i) => BigInt((i * 7919) % 30000));
const examples: Record<string, TensorData> = {
  [cut]: cut === 'input_ids' ? tokens : noise('hidden', batch * sizeOf(dims)),
  attention_mask: new BigInt64Array(batch * length).fill(1n),
};
const labels = Array.from({ length: batch }, (_, i) => i % CLASSES);
const targets = crossEntropyTargets(labels, batch, { classes: CLASSES });
const input = { examples, targets, rates: [1e-6], weightDecay: 0.01 };
await timeSteps(trainer, input, { seconds: Number(secondsText), least: 5 });
