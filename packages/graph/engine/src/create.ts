import type { Engine } from './engine.js';
import { EngineError } from './errors.js';
import { createOnnxEngine, type OnnxEngineOptions } from './onnx/engine.js';
import { createTfjsEngine } from './tfjs/engine.js';

/** ONNX Runtime, and TensorFlow.js. */
export const engineNames = ['onnx', 'tfjs'] as const;
export type EngineName = (typeof engineNames)[number];

export interface EngineOptions extends OnnxEngineOptions {
  /** `onnx` by default. */
  readonly name?: EngineName;
}

/**
 * Creates an engine by its name.
 *
 * @throws EngineError where it does not start, or is asked for what only ONNX Runtime has
 */
export async function createEngine({ name = 'onnx', ...options }: EngineOptions = {}): Promise<Engine> {
  if (name === 'onnx') return createOnnxEngine(options);
  const problem = foreignOption(name, options);
  if (problem !== null) throw new EngineError(problem);
  return createTfjsEngine();
}

/** Says in a sentence what is asked of an engine that only ONNX Runtime has; null where all is well. */
export function foreignOption(
  name: EngineName,
  { provider = 'cpu', threads }: OnnxEngineOptions,
): string | null {
  if (name === 'onnx' || (provider === 'cpu' && threads === undefined)) return null;
  const option = provider === 'cpu' ? 'number of threads' : `provider '${provider}'`;
  return `the engine ${name} has no option for the ${option}; leave it out, or use the engine onnx`;
}
