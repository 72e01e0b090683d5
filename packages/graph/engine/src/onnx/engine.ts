import { createSession, runSession, type Model, type SessionSettings } from '@espalier/onnx';
import type { Engine } from '../engine.js';
import { createTrainer } from '../trainer/trainer.js';
import { assertProvider, providerFailure, type Provider } from './provider.js';
import { onnxBackend } from './step.js';

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
  const start = async (model: Model): ReturnType<typeof createSession> => {
    try {
      return await createSession(model, settings);
    } catch (cause) {
      throw provider === 'cpu' ? cause : providerFailure(provider, cause);
    }
  };
  return {
    name: 'onnxruntime',
    device: provider,
    compileForward: async (model) => {
      const session = await start(model);
      return { run: (inputs) => runSession(session, inputs), dispose: () => session.release() };
    },
    compileTrainer: (spec) => createTrainer(spec, onnxBackend(start)),
  };
}
