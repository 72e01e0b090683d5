import { availableParallelism } from 'node:os';
import { createSession, runSession, type Model, type SessionSettings } from '@espalier/onnx';
import type { Engine, Forward } from '../engine.js';
import { createHeadsTrainer } from '../heads/trainer.js';
import { createTrainer } from '../trainer/trainer.js';
import { onnxHeads } from './heads.js';
import { assertProvider, providerFailure, type Provider } from './provider.js';
import { onnxBackend } from './step.js';
import type { Start } from './variables.js';

export interface OnnxEngineOptions {
  /** Execution provider; `cpu` by default. What it cannot run falls to the CPU inside the session. */
  readonly provider?: Provider;
  /** Threads of one session; ONNX Runtime's own choice by default. */
  readonly threads?: number;
}

/**
 * The engine on ONNX Runtime.
 *
 * @throws EngineError where the provider is not installed, saying how to get it
 */
export function createOnnxEngine(options: OnnxEngineOptions = {}): Engine {
  const { provider = 'cpu', threads } = options;
  assertProvider(provider);
  const settings: SessionSettings = {
    executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
    ...(threads !== undefined && { threads }),
  };
  const start: Start = async (model, mostThreads = Infinity) => {
    // Its own choice is not known, but at most what the machine has.
    const chosen = threads ?? availableParallelism();
    const limited = chosen > mostThreads ? { threads: mostThreads } : {};
    try {
      return await createSession(model, { ...settings, ...limited });
    } catch (cause) {
      throw provider === 'cpu' ? cause : providerFailure(provider, cause);
    }
  };
  const compileForward = async (model: Model): Promise<Forward> => {
    const session = await start(model);
    return { run: (inputs) => runSession(session, inputs), dispose: () => session.release() };
  };
  return {
    name: 'onnxruntime',
    device: provider,
    compileForward,
    compileTrainer: (spec) => createTrainer(spec, onnxBackend(start)),
    compileHeads: (spec) => createHeadsTrainer(spec, onnxHeads(start), compileForward),
  };
}
