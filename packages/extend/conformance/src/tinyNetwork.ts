import { writeModel } from '@espalier/onnx';
import { tinyNetwork, type TinyNetworkOptions } from '@espalier/onnx/testing';

/** Writes a small random network, for tests of plugins that read files. */
export const writeTinyNetwork = (path: string, options?: TinyNetworkOptions): Promise<void> =>
  writeModel(path, tinyNetwork(options));
