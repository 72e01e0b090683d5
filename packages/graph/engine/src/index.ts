export { createEngine, engineNames, foreignOption, type EngineName, type EngineOptions } from './create.js';
export { optimizers } from '@espalier/autodiff';
export { EngineError } from './errors.js';
export { dropoutMask } from './dropout.js';
export { initialiseModel } from './initialise/index.js';
export type {
  Engine,
  Examples,
  Forward,
  HeadInput,
  HeadResult,
  HeadsInput,
  HeadsSpec,
  HeadsTrainer,
  InputDims,
  StepInput,
  StepResult,
  Trainer,
  TrainerSpec,
  TrainerState,
} from './engine.js';
export { createOnnxEngine, type OnnxEngineOptions } from './onnx/engine.js';
export { providers, type Provider } from './onnx/provider.js';
export { createTfjsEngine, type TfjsEngineOptions } from './tfjs/engine.js';
