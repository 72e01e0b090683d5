import { readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import type { Blobs } from '@espalier/blobs';
import { privateFolder } from '@espalier/base/files';
import { modalitySchema } from '@espalier/transfer';
import { z } from 'zod';

/** The files of a model that people may have, and what each is. */
export const modelFileTypes = {
  'model.onnx': 'application/octet-stream',
  'preprocessing.json': 'application/json',
  'report.json': 'application/json',
  'report.md': 'text/markdown; charset=utf-8',
  'model-card.md': 'text/markdown; charset=utf-8',
  'tokenizer.json': 'application/json',
  'tokenizer_config.json': 'application/json',
} as const;
export type ModelFile = keyof typeof modelFileTypes;

export const modelFiles = Object.keys(modelFileTypes) as readonly ModelFile[];

export const isModelFile = (name: string): name is ModelFile => Object.hasOwn(modelFileTypes, name);

/** Location of a model's file. */
export type FileLocation =
  | { readonly kind: 'path'; readonly path: string; readonly bytes: number }
  | { readonly kind: 'blob'; readonly key: string; readonly bytes: number };

/**
 * A file that lies beside a model; null where there is none.
 *
 * @param location of the model: a path of this machine, or a blob's key
 */
export async function findModelFile(
  location: string,
  name: ModelFile,
  blobs: Blobs,
): Promise<FileLocation | null> {
  if (isAbsolute(location)) {
    const path = join(dirname(location), name);
    const found = await stat(path).catch(() => null);
    return found?.isFile() ? { kind: 'path', path, bytes: found.size } : null;
  }
  const key = `${dirname(location)}/${name}`;
  const info = await blobs.stat(key);
  return info === null ? null : { kind: 'blob', key, bytes: info.bytes };
}

const MOST_TEXT_BYTES = 2 ** 20;

/** A small file as text; null where there is none. */
export async function readModelText(location: string, name: ModelFile, blobs: Blobs): Promise<string | null> {
  const place = await findModelFile(location, name, blobs);
  if (place === null || place.bytes > MOST_TEXT_BYTES) return null;
  if (place.kind === 'path') return readFile(place.path, 'utf8');
  return new TextDecoder().decode(await blobs.read(place.key, { maxBytes: MOST_TEXT_BYTES }));
}

/** Folder of a model's downloaded files. */
export const fetchedFolder = (folder: string, id: string): string => join(folder, 'models', id);

/** The folder of a model on this machine: its own, or one that its files are fetched into. */
export async function modelFolder(
  id: string,
  location: string,
  blobs: Blobs,
  folder: string,
): Promise<string> {
  if (isAbsolute(location)) return dirname(location);
  const target = fetchedFolder(folder, id);
  privateFolder(join(folder, 'models'));
  privateFolder(target);
  const prefix = `${dirname(location)}/`;
  for await (const { key, bytes } of blobs.list(prefix)) {
    const name = key.slice(prefix.length);
    // A tokenizer's files lie beside the model, and nothing below it belongs to it.
    if (name.includes('/')) continue;
    const there = await stat(join(target, name)).catch(() => null);
    if (there?.size !== bytes) await blobs.fetchTo(key, join(target, name));
  }
  return target;
}

/** Reads from `preprocessing.json` the modality that the model classifies. A bag of words is a text. */
export const inputSchema = z.object({
  kind: z.preprocess((kind) => (kind === 'bag' ? 'text' : kind), modalitySchema),
  labels: z.array(z.string()),
});

/** Facts of a model from the files beside it. */
export interface ModelDescription {
  /** In Markdown, without the front matter that hubs read. */
  readonly card: string | null;
  readonly input: z.infer<typeof inputSchema> | null;
  readonly files: readonly { readonly name: ModelFile; readonly bytes: number }[];
}

export async function describeModel(location: string, blobs: Blobs): Promise<ModelDescription> {
  const places = await Promise.all(modelFiles.map((name) => findModelFile(location, name, blobs)));
  const card = await readModelText(location, 'model-card.md', blobs);
  const preprocessing = await readModelText(location, 'preprocessing.json', blobs);
  return {
    card: card?.replace(/^---\n[^]*?\n---\n/, '') ?? null,
    input: preprocessing === null ? null : inputOf(preprocessing),
    files: modelFiles.flatMap((name, i) => {
      const place = places[i];
      return place ? [{ name, bytes: place.bytes }] : [];
    }),
  };
}

/** Null for a file that was changed since. */
function inputOf(text: string): ModelDescription['input'] {
  try {
    return inputSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
