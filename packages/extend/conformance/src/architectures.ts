import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeModel, readModel } from '@espalier/onnx';
import { withWeights } from './sources.js';

export { sourcesOf, transpose, withWeights, type Source } from './sources.js';
export { bits, noise, weight } from './weights.js';

/** Families of which `architectures/` has a small network, published in the form that it has there. */
export const architectures = [
  'bert',
  'roberta',
  'gpt',
  't5',
  'xlnet',
  'resnet',
  'vgg',
  'efficientnet',
  'inception',
  'mobilenet',
  'wav2vec2',
] as const;
export type Architecture = (typeof architectures)[number];

/** Outputs of PyTorch and transformers for the same weights, rounded to six digits. */
export type ReferenceOutputs = {
  /** Of each text or input, pooled: the mean of the tokens, or the last one for GPT and XLNet. */
  readonly features: readonly (readonly number[])[];
} & (
  | { readonly texts: readonly string[]; readonly ids: readonly (readonly number[])[] }
  /** {@link noise} of the input's name. */
  | { readonly input: { readonly name: string; readonly dims: readonly number[] } }
);

/** A checkpoint as the hub has it, of a small network with random weights. */
export interface RandomCheckpoint {
  /** Content by path, as in the family's repository. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly expected: ReferenceOutputs;
}

/** The same from the sources and from dist/. */
const folder = fileURLToPath(
  new URL('architectures/', import.meta.resolve('@espalier/conformance/package.json')),
);

/** Reads the small network of a family, which tools/parity/architectures.py made, and fills its weights in. */
export async function randomCheckpoint(name: Architecture): Promise<RandomCheckpoint> {
  const root = join(folder, name);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => path !== 'expected.json');
  const contents = await Promise.all(
    paths.map(async (path): Promise<[string, string | Uint8Array]> => [path, await contentOf(root, path)]),
  );
  const expected = JSON.parse(await readFile(join(root, 'expected.json'), 'utf8')) as ReferenceOutputs;
  return { files: Object.fromEntries(contents), expected };
}

async function contentOf(root: string, path: string): Promise<string | Uint8Array> {
  const full = join(root, path);
  if (!path.endsWith('.onnx')) return readFile(full, 'utf8');
  return encodeModel(withWeights(await readModel(full)));
}
