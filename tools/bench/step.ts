import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { columnsOf, measure, otherColumns, takeTurns, type Measured } from './turns.js';

/**
 * The time of a training step against PyTorch, in one run: the two take turns, so that whatever else
 * the machine does meets both. Usage: node tools/dist/bench/step.js [--python python3] [--rounds 5]
 * [--tfjs], which measures TensorFlow.js beside them, by the backend that it finds
 */
const { values } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    optimizer: { type: 'string', default: 'sgd' },
    tfjs: { type: 'boolean', default: false },
  },
});

interface Case {
  readonly title: string;
  readonly network: string;
  readonly size: number;
  /** Start of training: module index in PyTorch, activation shape in Espalier. */
  readonly from: { readonly torch: string; readonly espalier: string };
}

const everything = { torch: 'input', espalier: 'input' };
const cases: readonly Case[] = [
  { title: 'ResNet-18, 96 px, all', network: 'resnet18', size: 96, from: everything },
  {
    title: 'ResNet-18, 96 px, upper half',
    network: 'resnet18',
    size: 96,
    from: { torch: '5', espalier: '128x12x12' },
  },
  { title: 'MobileNetV2, 128 px, all', network: 'mobilenet_v2', size: 128, from: everything },
  {
    title: 'MobileNetV2, 128 px, upper half',
    network: 'mobilenet_v2',
    size: 128,
    from: { torch: '11', espalier: '64x8x8' },
  },
];

const BATCH = '16';
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

function compare({ title, network, size, from }: Case): object {
  const args = (start: string): string[] => [
    network,
    String(size),
    BATCH,
    values.optimizer,
    start,
    values.seconds,
  ];
  const inEngine = (engine: string): Measured =>
    measure(process.execPath, [here('step-worker.js'), ...args(from.espalier), engine]);
  const rounds = takeTurns(Number(values.rounds), {
    torch: () => measure(values.python, [here('../../bench/peers/step.py'), ...args(from.torch)]),
    espalier: () => inEngine('onnx'),
    ...(values.tfjs && { other: () => inEngine('tfjs') }),
  });
  const [theirs, ours] = [rounds.torch[0]?.trained, rounds.espalier[0]?.trained];
  if (theirs !== ours) throw new Error(`${title}: ${theirs} scalars are trained in PyTorch, ${ours} here`);
  const more = values.tfjs ? otherColumns('TensorFlow.js', rounds) : {};
  return { step: title, trained: theirs, ...columnsOf(rounds), ...more };
}

console.log(`batch ${BATCH}, ${values.optimizer}, ${cpus().length} cores, ${cpus()[0]?.model}`);
console.table(cases.map(compare));
