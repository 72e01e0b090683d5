import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';
import { readDataset, type Dataset, type Example } from '@espalier/data';
import { LRUCache } from 'lru-cache';
import { DatasetsError } from '../errors.js';
import type { ExampleContent, ExampleLocation } from './protocol.js';
import { shownFiles } from './shown.js';

const LONGEST_TEXT = 20_000;

interface KnownDataset {
  readonly realRoot: string;
  readonly examples: ReadonlyMap<string, Example>;
  readonly modality: Dataset['modality'];
}

/** The list of the dataset that a process reads; a change of the place is seen, and one inside it after a while. */
const lists = new LRUCache<string, Promise<KnownDataset>>({ max: 2, ttl: 10 * 60_000 });

/**
 * One example of a dataset, whose list is read and kept.
 *
 * @throws DatasetsError (`missing`) where the dataset has no such example; ImageError where it is damaged
 */
export async function readExample(
  place: ExampleLocation,
  id: string,
  thumbnails: string,
): Promise<ExampleContent> {
  const { examples, modality, realRoot } = await known(place);
  const example = examples.get(id);
  if (example === undefined) throw noExample();
  return contentOf(example, modality, { realRoot, thumbnails });
}

const noExample = (): DatasetsError => new DatasetsError('missing', 'the dataset has no such example');

async function known(place: ExampleLocation): Promise<KnownDataset> {
  const { mtimeMs } = await stat(place.path).catch((cause: unknown) => {
    throw new DatasetsError('missing', 'the dataset has been moved or removed; register it again', { cause });
  });
  const key = JSON.stringify([place.path, place.options, mtimeMs]);
  const found = lists.get(key) ?? read(place);
  lists.set(key, found);
  found.catch(() => lists.delete(key));
  return found;
}

async function read({ path, options }: ExampleLocation): Promise<KnownDataset> {
  const { examples, modality, root } = await readDataset(path, options);
  return {
    modality,
    realRoot: await realpath(root),
    examples: new Map(examples.map((example) => [example.id, example])),
  };
}

async function contentOf(
  { id, content }: Example,
  modality: Dataset['modality'],
  { realRoot, thumbnails }: { readonly realRoot: string; readonly thumbnails: string },
): Promise<ExampleContent> {
  if (content.kind === 'text') return { kind: 'text', text: content.text.slice(0, LONGEST_TEXT) };
  const shown = shownFiles[modality];
  if (content.kind === 'bytes') return shown({ kind: 'bytes', bytes: content.bytes }, id, thumbnails);
  // A link may have been put there since the dataset was read.
  const path = await realpath(content.path).catch(() => null);
  if (path === null || !liesIn(realRoot, path)) throw noExample();
  return shown({ kind: 'file', path }, id, thumbnails);
}

/** Whether a path, its links followed, lies inside a folder. */
export function liesIn(folder: string, path: string): boolean {
  const inner = relative(folder, path);
  return inner !== '' && inner !== '..' && !inner.startsWith(`..${sep}`) && !isAbsolute(inner);
}
