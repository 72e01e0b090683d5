import type { StepInput, Trainer } from '@espalier/engine';
import type { Measured } from './turns.js';

interface Duration {
  readonly seconds: number;
  readonly least: number;
  /** Milliseconds; those of a clock on the wall by default. */
  readonly clock?: () => number;
}

/** Processor time of this process, which other programs on the machine do not lengthen. */
export const processorTime = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Takes steps of a trainer, as {@link timeRuns} says. */
export async function timeSteps(trainer: Trainer, input: StepInput, duration: Duration): Promise<void> {
  const trained = [...trainer.weights().values()].reduce((sum, { data }) => sum + data.length, 0);
  await timeRuns(() => trainer.step(input), trained, duration);
}

/**
 * Runs what is to be measured for so many seconds, and at least `least` times; prints what {@link Measured}
 * says as one line of JSON.
 *
 * @param trained scalars that are trained
 */
export async function timeRuns(
  run: () => Promise<unknown>,
  trained: number,
  { seconds, least, clock = () => performance.now() }: Duration,
): Promise<void> {
  const times: number[] = [];
  const end = performance.now() + 1000 * seconds;
  while (times.length < least || performance.now() < end) {
    const began = clock();
    await run();
    times.push(clock() - began);
  }
  const peakMegabytes = process.resourceUsage().maxRSS / 1024;
  console.log(JSON.stringify({ times, trained, peakMegabytes } satisfies Measured));
}
