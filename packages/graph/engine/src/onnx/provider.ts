import { listSupportedBackends } from 'onnxruntime-node';
import { EngineError } from '../errors.js';

export const providers = ['cpu', 'cuda', 'webgpu', 'coreml', 'dml'] as const;
export type Provider = (typeof providers)[number];

const advice: Readonly<Record<Provider, string>> = {
  cpu: 'reinstall onnxruntime-node',
  cuda: 'on Linux x64 with an NVIDIA GPU, run: ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node --ignore-scripts=false (it downloads the CUDA libraries)',
  webgpu: 'it comes with onnxruntime-node on Linux x64, Windows and macOS',
  coreml: 'it comes with onnxruntime-node on macOS only',
  dml: 'DirectML comes with onnxruntime-node on Windows only',
};

/** Throws where this installation of ONNX Runtime lacks the provider, saying how to get it. */
export function assertProvider(provider: Provider): void {
  const present = listSupportedBackends().map(({ name }) => name);
  if (!present.includes(provider)) {
    throw new EngineError(
      `the execution provider '${provider}' is not available on ${process.platform} ${process.arch} ` +
        `(available: ${present.join(', ')}): ${advice[provider]}`,
    );
  }
}

/** A message for a provider that is listed but did not start. */
export const providerFailure = (provider: Provider, cause: unknown): EngineError =>
  new EngineError(
    `the execution provider '${provider}' did not start: ${(cause as Error).message.split('\n')[0]}; ` +
      `${advice[provider]}, or use --provider cpu`,
    { cause },
  );
