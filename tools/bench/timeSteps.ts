import type { StepInput, Trainer } from '@espalier/engine';
import type { Measured } from './turns.js';

/**
 * Takes steps for so many seconds, and at least `least` of them; prints what {@link Measured} says as one
 * line of JSON.
 */
export async function timeSteps(
  trainer: Trainer,
  input: StepInput,
  { seconds, least }: { readonly seconds: number; readonly least: number },
): Promise<void> {
  const times: number[] = [];
  const end = performance.now() + 1000 * seconds;
  while (times.length < least || performance.now() < end) {
    const began = performance.now();
    await trainer.step(input);
    times.push(performance.now() - began);
  }
  const trained = [...trainer.weights().values()].reduce((sum, { data }) => sum + data.length, 0);
  const peakMegabytes = process.resourceUsage().maxRSS / 1024;
  console.log(JSON.stringify({ times, trained, peakMegabytes } satisfies Measured));
}
