import type { EngineError } from '@espalier/engine';
import { type HeadInput, type HeadsTrainer } from '@espalier/engine';
import { lookUp } from '@espalier/onnx';
import type { Batch } from '../../caching/batches.js';
import type { Looked } from '../../caching/look.js';
import { batchesOfEpoch, maskOf, rateAt, readBatch, targetsOf } from '../epoch.js';
import type { TrialHooks, TrialTask } from '../trial.js';
import type { Member } from './member.js';

/** What an epoch came to for a head. */
export interface EpochOfHead {
  readonly trainLoss: number;
  readonly learningRate: number;
}

/** Trains on all batches of an epoch. A head that fails trains on with the others, to no end. */
export async function trainHeads(
  trainer: HeadsTrainer,
  members: readonly Member[],
  { signal, onStep }: Pick<TrialHooks, 'signal' | 'onStep'>,
): Promise<Map<string, EpochOfHead | EngineError>> {
  const [{ task: common, progress }] = members as [Member];
  const before = progress.epochs.length;
  const batches = batchesOfEpoch(common, before + 1);
  const totals = new Map(members.map(({ task }) => [task.name, { loss: 0, learningRate: 0 }]));
  const failed = new Map<string, EngineError>();
  for (const [i, batch] of batches.entries()) {
    signal?.throwIfAborted();
    const step = before * batches.length + i;
    onStep?.(step, batches.length * common.epochs);
    const heads = inputsOf(members, batch, { step, stepsPerEpoch: batches.length, width: trainer.width });
    const examples = await readBatch(common, batch);
    for (const [name, result] of await trainer.step({ examples, bucket: batch.bucket, heads })) {
      const total = lookUp(totals, name);
      total.learningRate = lookUp(heads, name).rate;
      if (result.kind === 'failed') failed.set(name, failed.get(name) ?? result.error);
      else total.loss += result.loss * batch.items.length;
    }
  }
  const examples = batches.reduce((sum, { items }) => sum + items.length, 0);
  return new Map(
    [...totals].map(([name, { loss, learningRate }]) => [
      name,
      failed.get(name) ?? { trainLoss: loss / examples, learningRate },
    ]),
  );
}

interface StepOfHeads {
  readonly step: number;
  readonly stepsPerEpoch: number;
  readonly width: number;
}

/** What a step of each head needs. Heads that smooth or drop alike share their targets and masks. */
function inputsOf(
  members: readonly Member[],
  batch: Batch<Looked>,
  { step, stepsPerEpoch, width }: StepOfHeads,
): Map<string, HeadInput> {
  const targets = shared((task) => targetsOf(task, batch));
  const masks = shared((task) => maskOf(task, width, step));
  return new Map(
    members.map(({ task, progress }) => {
      const { weightDecay, clip, dropout, labelSmoothing } = task.recipe;
      const input: HeadInput = {
        targets: targets(task, labelSmoothing),
        rate: rateAt(task, progress.epochs, { step, stepsPerEpoch }),
        weightDecay,
        clip,
        ...(dropout > 0 && { mask: masks(task, dropout) }),
      };
      return [task.name, input];
    }),
  );
}

/** Makes an array once for all heads that have a number in common. */
function shared(make: (task: TrialTask) => Float32Array): (task: TrialTask, by: number) => Float32Array {
  const made = new Map<number, Float32Array>();
  return (task, by) => {
    const known = made.get(by) ?? make(task);
    made.set(by, known);
    return known;
  };
}
