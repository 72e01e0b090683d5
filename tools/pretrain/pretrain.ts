import { crossEntropyTargets } from '@espalier/autodiff';
import type { Trainer } from '@espalier/engine';
import { headNames, withWeights, type Model } from '@espalier/onnx';
import { readCheckpoint, writeCheckpoint, type RunKey } from './checkpoint.js';
import { rateAt } from './schedule.js';
import { drawBatch, inputOf, type Batch, type PretrainingTask } from './task.js';
import { accuracyOf, createPretrainer, freshNetwork } from './trainer.js';

const WEIGHT_DECAY = 0.05;
const LABEL_SMOOTHING = 0.1;
const CLIP = 1;

export interface PretrainOptions extends RunKey {
  readonly checkpoint: string;
  readonly resume: boolean;
  /** Steps between two checkpoints; 250 by default. */
  readonly checkpointEvery?: number;
  /** Steps between two lines of progress; 50 by default. */
  readonly progressEvery?: number;
  /** Fresh examples to measure accuracy on; 1024 by default. */
  readonly heldOut?: number;
  readonly onProgress: (line: string) => void;
}

export interface Pretrained {
  readonly model: Model;
  /** Mean over the last steps. */
  readonly loss: number;
  /** On examples that were not trained on. */
  readonly accuracy: number;
}

export async function pretrain(task: PretrainingTask, options: PretrainOptions): Promise<Pretrained> {
  const { seed, classes, batch, onProgress, heldOut = 1024 } = options;
  const model = await freshNetwork(task, seed);
  const trainer = await createPretrainer(model, task, batch);
  try {
    if (options.resume) trainer.restore(await readCheckpoint(options.checkpoint, runOf(options)));
    const loss = await runSteps(trainer, task, options);
    const held = drawBatch(task, heldOut, 1, seed, 'held-out');
    const accuracy = await accuracyOf(trainer, inputOf(model), held);
    onProgress(`held-out accuracy ${(100 * accuracy).toFixed(1)} % over ${classes} classes`);
    const head = new Set<string>([headNames.weight, headNames.bias]);
    const weights = [...trainer.weights()].filter(([name]) => !head.has(name));
    return { model: withWeights(model, new Map(weights)), loss, accuracy };
  } finally {
    await trainer.dispose();
  }
}

const runOf = ({ seed, steps, classes, batch, rate }: RunKey): RunKey => ({
  seed,
  steps,
  classes,
  batch,
  rate,
});

async function runSteps(trainer: Trainer, task: PretrainingTask, options: PretrainOptions): Promise<number> {
  const { seed, steps, classes, batch, checkpointEvery = 250, progressEvery = 50 } = options;
  const first = trainer.save().step;
  const input = inputOf(task.network);
  const report = createReport(options, task.noun, first);
  // From easy to hard over the first half: with hard examples alone the loss stays at chance level.
  const hardestAt = (step: number): number => Math.min(1, (2 * step) / steps);
  const draw = (step: number): Batch => drawBatch(task, batch, hardestAt(step), seed, step);
  let next = draw(first);
  let smoothed = NaN;
  for (let step = first; step < steps; step++) {
    const { examples, labels } = next;
    const running = trainer.step({
      examples: { [input]: examples },
      targets: crossEntropyTargets(labels, batch, { classes, labelSmoothing: LABEL_SMOOTHING }),
      rates: [rateAt(step, steps, options.rate)],
      weightDecay: WEIGHT_DECAY,
      clip: CLIP,
    });
    // The step runs on other threads: this one draws what comes next meanwhile.
    next = draw(step + 1);
    const { loss } = await running;
    smoothed = Number.isNaN(smoothed) ? loss : smoothed + (loss - smoothed) / 100;
    const done = step + 1;
    if (done % checkpointEvery === 0) {
      await writeCheckpoint(options.checkpoint, { run: runOf(options), state: trainer.save() });
    }
    if (done % progressEvery === 0 || done === steps) report(done, smoothed);
  }
  return smoothed;
}

/** Reports progress with the time left, by the speed since `first`. */
function createReport(
  { steps, batch, onProgress }: PretrainOptions,
  noun: string,
  first: number,
): (done: number, loss: number) => void {
  const started = performance.now();
  return (done, loss) => {
    const seconds = (performance.now() - started) / 1000;
    const left = Math.round((seconds / (done - first)) * (steps - done));
    const speed = ((done - first) * batch) / seconds;
    onProgress(
      `step ${done}/${steps}  loss ${loss.toFixed(3)}  ${speed.toFixed(0)} ${noun}/s  ` +
        `${Math.floor(left / 60)} min ${left % 60} s left`,
    );
  };
}
