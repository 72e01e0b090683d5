import type { Model } from '@espalier/onnx';
import type { Engine, Forward } from '../engine.js';
import { createHeadsTrainer } from '../heads/trainer.js';
import { createTrainer } from '../trainer/trainer.js';
import { chooseBackend, type Loader } from './backend.js';

export interface TfjsEngineOptions {
  /** Packages to try, first choice first; the native ones and then JavaScript by default. */
  readonly loaders?: readonly Loader[];
}

/**
 * The engine on TensorFlow.js, which differentiates by itself: with `@tensorflow/tfjs-node-gpu` where that
 * loads, else with `@tensorflow/tfjs-node`, else in JavaScript. `device` says which, and why. All engines
 * of a process share one backend, the last one that was chosen.
 *
 * @throws EngineError where none starts
 */
export async function createTfjsEngine({ loaders }: TfjsEngineOptions = {}): Promise<Engine> {
  const { sentence } = await chooseBackend(loaders);
  // TensorFlow.js is large: only who uses it loads it.
  const [forward, { tfjsBackend }, { tfjsHeads }] = await Promise.all([
    import('./forward.js'),
    import('./step.js'),
    import('./heads.js'),
  ]);
  const compileForward = (model: Model): Promise<Forward> =>
    Promise.resolve().then(() => forward.compileForward(model));
  return {
    name: 'tfjs',
    device: sentence,
    compileForward,
    compileTrainer: (spec) => createTrainer(spec, tfjsBackend()),
    compileHeads: (spec) => createHeadsTrainer(spec, tfjsHeads(), compileForward),
  };
}
