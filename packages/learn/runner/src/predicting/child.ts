import { ExampleError } from '@espalier/data';
import { serveHelper } from '@espalier/base/processes';
import { openPredictor, type Predictor } from './predictor.js';
import type { Answer, PredictingFunctions, Told } from './protocol.js';

/** A process that has one model open and predicts. */

let opening: Promise<Predictor> | null = null;

const told = (error: unknown): Told => {
  if (error instanceof ExampleError) {
    const { name, example, reason } = error;
    return { kind: 'example', name, example, reason };
  }
  const { name, message } = error as Error;
  return { kind: 'other', name, message };
};

async function answer<T>(work: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { kind: 'done', value: await work() };
  } catch (error) {
    return { kind: 'failed', error: told(error) };
  }
}

function predictor(): Promise<Predictor> {
  if (opening === null) throw new Error('no model is open');
  return opening;
}

const functions: PredictingFunctions = {
  open: (model, options) =>
    answer(async () => {
      const { path, card, modality } = await (opening ??= openPredictor(model, options));
      return { path, card, modality };
    }),
  prepare: (input) => answer(async () => (await predictor()).prepare(input)),
  run: (inputs) => answer(async () => (await predictor()).run(inputs)),
  warmUp: () =>
    answer(async () => {
      await (await predictor()).warmUp();
      return null;
    }),
};
serveHelper(functions);
