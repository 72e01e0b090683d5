import { rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { sha256OfFile, writeFileAtomic } from '@espalier/base/files';
import { trainableNames, writeModel } from '@espalier/onnx';
import { CheckpointError, type RunKey } from './checkpoint.js';
import { pretrain } from './pretrain.js';
import { sizeOf, type PretrainingTask } from './task.js';

/** The repository's root, seen from tools/dist/pretrain. */
const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A program that pre-trains one backbone. */
export interface PretrainCommand {
  /** Paths of the program and of its output network, from the repository's root. */
  readonly program: string;
  readonly target: string;
  /** Generator of the examples, for the record. */
  readonly data: string;
  readonly defaults: RunKey;
  readonly taskOf: (run: RunKey) => PretrainingTask;
}

interface Arguments {
  readonly run: RunKey;
  readonly out: string;
  readonly resume: boolean;
}

const flagsOf = (run: RunKey): string =>
  (['seed', 'steps', 'classes', 'batch', 'rate'] as const).map((name) => `--${name} ${run[name]}`).join(' ');

/** null where they cannot be used. */
function argumentsGiven({ defaults, target }: PretrainCommand): Arguments | null {
  const number = (value: number): { type: 'string'; default: string } => ({
    type: 'string',
    default: String(value),
  });
  const options = {
    seed: number(defaults.seed),
    steps: number(defaults.steps),
    classes: number(defaults.classes),
    batch: number(defaults.batch),
    rate: number(defaults.rate),
    out: { type: 'string', default: join(root, target) },
    resume: { type: 'boolean', default: false },
  } as const;
  let values: ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];
  try {
    ({ values } = parseArgs({ options }));
  } catch {
    return null;
  }
  const { seed, steps, classes, batch, rate, out, resume } = values;
  const run: RunKey = {
    seed: Number(seed),
    steps: Number(steps),
    classes: Number(classes),
    batch: Number(batch),
    rate: Number(rate),
  };
  const whole = [run.seed, run.steps, run.classes, run.batch].every(Number.isInteger);
  const valid = whole && run.steps >= 1 && run.classes >= 2 && run.batch >= 1 && run.rate > 0;
  return valid ? { run, out, resume } : null;
}

/** Pre-trains, and writes the network with the record of its making beside it. */
async function run({ program, data, taskOf }: PretrainCommand, given: Arguments): Promise<void> {
  const { run, out, resume } = given;
  const checkpoint = `${out}.checkpoint`;
  const task = taskOf(run);
  const result = await pretrain(task, {
    ...run,
    checkpoint,
    resume,
    onProgress: (line) => console.log(line),
  });
  await writeModel(out, result.model);
  const { initializers } = result.model.graph;
  const names = trainableNames(result.model.graph);
  const provenance = {
    command: `node ${program} ${flagsOf(run)}`,
    data,
    ...run,
    [task.noun]: run.steps * run.batch,
    parameters: names.reduce((sum, name) => sum + sizeOf(initializers.get(name)?.dims ?? [0]), 0),
    finalTrainingLoss: Number(result.loss.toFixed(4)),
    heldOutAccuracy: Number(result.accuracy.toFixed(4)),
    sha256: await sha256OfFile(out),
  };
  await writeFileAtomic(join(dirname(out), 'provenance.json'), `${JSON.stringify(provenance, null, 2)}\n`);
  await rm(checkpoint, { force: true });
  console.log(`Wrote ${relative(process.cwd(), out)}, SHA-256 ${provenance.sha256}.`);
}

/** The whole program: reads its arguments, and ends with code 2 where they cannot be used. */
export async function runCommand(command: PretrainCommand): Promise<void> {
  const given = argumentsGiven(command);
  if (given === null) {
    const flags = flagsOf(command.defaults).replace(/--\S+ \S+/g, '[$&]');
    console.error(`Usage: node ${command.program} ${flags} [--out <file.onnx>] [--resume]`);
    process.exitCode = 2;
    return;
  }
  await run(command, given).catch((error: unknown) => {
    if (!(error instanceof CheckpointError)) throw error;
    console.error(`${error.message}.`);
    process.exitCode = 2;
  });
}
