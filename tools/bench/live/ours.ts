import { readFile, writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { plainView } from '@espalier/data';
import { writeModel } from '@espalier/onnx';
import { encodeAll, groupsOf, runStudy, type StudyResult } from '@espalier/runner';
import { findBackbone } from '@espalier/sdk';
import { studyRequestSchema, type Range } from '@espalier/study';
import { accuracyOn, readFresh, type Fresh } from '../answer/ours.js';
import type { Point, Task } from './task.js';

/**
 * A search as it is by default, but without augmentation, and the files that tell the peers the same task: the
 * splits preprocessed, the network, and the weights that each freeze depth trains. Arguments: TASK.json; prints one
 * JSON line. Seconds are the processor's, from the start of the process to where they are asked for.
 */
const task = JSON.parse(await readFile(process.argv[2] as string, 'utf8')) as Task;

const processorSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

async function search({ drawn, seed, epochs, trials }: Task): Promise<[StudyResult, Point[]]> {
  const { labelled, columns, groupPattern, backbone: reference } = drawn;
  const settings = studyRequestSchema.parse({
    command: 'tools/bench/live',
    dataset: { path: labelled, ...columns, test: 0.01, ...(groupPattern !== null && { groupPattern }) },
    backbones: [reference],
    space: { augmentation: { kind: 'choices', values: ['none'] } },
    budget: { trials, epochs },
    baseline: false,
    seed,
  });
  const curve: Point[] = [];
  const result = await runStudy(settings, {
    ...{ folder: join(drawn.root, 'study'), backbones: [await findBackbone(reference)] },
    environment: { cache: { folder: join(drawn.root, 'cache'), bytes: 20e9 }, threads: 1 },
    onEvent: (event) => {
      if (event.kind !== 'epoch') return;
      const value = event.record.metrics['accuracy'] ?? 0;
      if (value > (curve.at(-1)?.[1] ?? 0)) curve.push([processorSeconds(), value]);
    },
  });
  return [result, curve];
}

/** Writes what the peers read. */
async function writeTask(folder: string, { drawn, epochs }: Task, result: StudyResult, fresh: Fresh) {
  const { data, candidates } = result.session;
  const [{ prepared }] = candidates as [StudyResult['session']['candidates'][number]];
  const { encoder, stages } = prepared;
  const bucket = encoder.buckets.length - 1;
  const view = plainView(data.modality);
  const splits: Record<string, object> = {};
  const { train, validation } = data.splits;
  const classes = fresh.classes.map((name) => data.classes.indexOf(name));
  const test = fresh.examples.map((one) => ({ ...one, label: classes[one.label] as number }));
  for (const [name, examples] of Object.entries({ train, validation, test })) {
    const feeds = await encodeAll(
      encoder,
      examples.map((example) => ({ example, view })),
      bucket,
    );
    const inputs = [];
    for (const [input, { dtype, dims, data: values }] of Object.entries(feeds)) {
      const file: string = `${name}-${inputs.length}.bin`;
      await writeFile(
        join(folder, file),
        new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
      );
      inputs.push({ name: input, dtype, dims, file });
    }
    splits[name] = { inputs, labels: examples.map(({ label }) => label) };
  }
  const ranges = { ...result.header.space.ranges, ...result.header.space.backbones[0]?.ranges };
  const depths = numbers(ranges['freezeDepth']);
  const below = (depth: number): [string, number][] =>
    [...groupsOf(prepared, depth)].map(([weight, group]) => [weight, stages.length - depth - group]);
  const wanted = [...new Set([0, ...depths])];
  await writeModel(join(folder, 'network.onnx'), prepared.model);
  const facts = {
    ...{ features: prepared.features, epochs, classes: data.classes.length, splits },
    depths: Object.fromEntries(wanted.map((depth) => [depth, Object.fromEntries(below(depth))])),
    space: {
      freezeDepth: depths,
      learningRate: ends(ranges['learningRate']),
      layerDecay: numbers(ranges['layerDecay']),
      weightDecay: numbers(ranges['weightDecay']),
    },
    drawn: drawn.labelled,
  };
  await writeFile(join(folder, 'task.json'), JSON.stringify(facts));
}

function numbers(range: Range | undefined): number[] {
  if (range?.kind !== 'choices') throw new RangeError('the space has another kind of range than it had');
  return range.values.map(Number);
}

function ends(range: Range | undefined): [number, number] {
  if (range?.kind !== 'logUniform') throw new RangeError('the space has another kind of range than it had');
  return [range.low, range.high];
}

const [result, curve] = await search(task);
const seconds = processorSeconds();
const fresh = await readFresh(task.drawn.fresh, task.drawn.columns);
const test = await accuracyOn(result.folder, fresh);
await mkdir(task.folder, { recursive: true });
await writeTask(task.folder, task, result, fresh);
const { name, estimate } = result.best;
console.log(
  JSON.stringify({ seconds, curve, test, name, expected: estimate.value, trials: result.trials.length }),
);
