import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { inspectInputs, writeTinyNetwork } from '@espalier/conformance';
import { onnxFile } from '@espalier/plugin-onnx-file';
import type { Licence } from '@espalier/transfer';
import { format } from 'prettier';
import type { Parts } from './write.js';

/** Seed of the network that stands in where no model is given. */
const SEED = 1;

/**
 * Parts of the plugin of a backbone.
 *
 * @param model an ONNX file of a network for images, or its folder; a small random one by default
 * @throws BackboneError where it is no such network
 */
export async function backboneParts(model: string | undefined): Promise<Parts> {
  if (model !== undefined) return partsOf(resolve(model), null);
  const folder = await mkdtemp(join(tmpdir(), 'espalier-generate-'));
  try {
    const path = join(folder, 'model.onnx');
    await writeTinyNetwork(path, { seed: SEED });
    return await partsOf(path, { spdx: 'Apache-2.0', commercialUse: 'allowed' });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function partsOf(path: string, own: Licence | null): Promise<Parts> {
  const backbone = await onnxFile(path);
  const loaded = await backbone.load({ inspectInputs, cacheFolder: tmpdir() });
  return {
    substitutions: {
      licence: own ?? backbone.licence,
      preprocessing: await literal(loaded.preprocessing),
      features: await literal(loaded.features),
    },
    files: { 'model.onnx': await readFile(loaded.modelPath) },
    notes: own === null ? loaded.notes : ['model.onnx is a small random network: put yours in its place'],
  };
}

/** A value as TypeScript. */
async function literal(value: unknown): Promise<string> {
  const text = await format(`(${JSON.stringify(value)})`, {
    parser: 'typescript',
    singleQuote: true,
    semi: false,
  });
  return text
    .trim()
    .replace(/^;?\(\{/, '{')
    .replace(/\}\)$/, '}');
}
