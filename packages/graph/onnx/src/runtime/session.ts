import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { OnnxError } from '../errors.js';
import { encodeModel } from '../files/write.js';
import type { Model } from '../graph/model.js';
import type { DataType, Tensor } from '../graph/tensor.js';
import { runtimeReason } from './reason.js';

/** `fatal`: errors are thrown besides, and its coloured lines would stand between ours on the terminal. */
const LOG_NOTHING_ELSE = 4;

export interface SessionSettings {
  /** ONNX Runtime's names, first choice first. */
  readonly executionProviders?: readonly string[];
  readonly threads?: number;
  /** `false` keeps every node as it is written, so that each tensor can be an output. */
  readonly optimise?: boolean;
}

/** Starts an ONNX Runtime session on a model in memory. */
export async function createSession(model: Model, settings: SessionSettings = {}): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(encodeModel(model), {
      logSeverityLevel: LOG_NOTHING_ELSE,
      executionProviders: [...(settings.executionProviders ?? ['cpu'])],
      graphOptimizationLevel: settings.optimise === false ? 'disabled' : 'all',
      ...(settings.threads !== undefined && { intraOpNumThreads: settings.threads }),
    });
  } catch (cause) {
    throw new OnnxError(`ONNX Runtime rejected the graph: ${runtimeReason(cause)}`, { cause });
  }
}

// ONNX Runtime's types tell an array by its element type; here the two are known together.
export function toOrtTensor(tensor: Tensor): OrtTensor {
  return new OrtTensor(tensor.dtype as 'float32', tensor.data as Float32Array, [...tensor.dims]);
}

export function fromOrtTensor(tensor: OrtTensor): Tensor {
  return {
    dtype: tensor.type as DataType,
    dims: [...tensor.dims],
    data: tensor.data as Float32Array,
  };
}

/** Runs a session once on plain tensors. @throws OnnxError where the model does not run on them */
export async function runSession(
  session: InferenceSession,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Record<string, Tensor>> {
  const given = Object.fromEntries(
    Object.entries(feeds).map(([name, tensor]) => [name, toOrtTensor(tensor)]),
  );
  const results = await session.run(given).catch((cause: unknown) => {
    throw new OnnxError(runtimeReason(cause), { cause });
  });
  return Object.fromEntries(
    Object.entries(results).map(([name, tensor]) => [name, fromOrtTensor(tensor as OrtTensor)]),
  );
}
