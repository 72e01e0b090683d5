import { open, realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';
import { audioMediaType, readDataset, type Dataset, type Example } from '@espalier/data';
import { LRUCache } from 'lru-cache';
import { DatasetsError } from '../errors.js';
import type { ExampleContent, ExamplePlace } from './protocol.js';
import { keptThumbnail } from './thumbnails.js';

/** Of a recording, by which it is known. */
const HEAD_BYTES = 65_536;
const LONGEST_TEXT = 20_000;

interface Known {
  readonly realRoot: string;
  readonly examples: ReadonlyMap<string, Example>;
  readonly modality: Dataset['modality'];
}

/** The list of the dataset that a process reads; a change of the place is seen, and one inside it after a while. */
const lists = new LRUCache<string, Promise<Known>>({ max: 2, ttl: 10 * 60_000 });

/**
 * One example of a dataset, whose list is read and kept.
 *
 * @throws DatasetsError (`missing`) where the dataset has no such example; ImageError where it is damaged
 */
export async function readExample(
  place: ExamplePlace,
  id: string,
  thumbnails: string,
): Promise<ExampleContent> {
  const { examples, modality, realRoot } = await known(place);
  const example = examples.get(id);
  if (example === undefined) throw noExample();
  return contentOf(example, modality, { realRoot, thumbnails });
}

const noExample = (): DatasetsError => new DatasetsError('missing', 'the dataset has no such example');

async function known(place: ExamplePlace): Promise<Known> {
  const { mtimeMs } = await stat(place.path).catch((cause: unknown) => {
    throw new DatasetsError('missing', 'the dataset is not where it was; register it again', { cause });
  });
  const key = JSON.stringify([place.path, place.options, mtimeMs]);
  const found = lists.get(key) ?? read(place);
  lists.set(key, found);
  found.catch(() => lists.delete(key));
  return found;
}

async function read({ path, options }: ExamplePlace): Promise<Known> {
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
  if (content.kind === 'bytes') {
    if (modality === 'image') {
      const bytes = await keptThumbnail({ kind: 'bytes', bytes: content.bytes }, id, thumbnails);
      return { kind: 'picture', contentType: 'image/webp', bytes };
    }
    throw new DatasetsError(
      'invalid',
      'a recording inside of a table is not played here; write it as a file',
    );
  }
  // A link may have been put there since the dataset was read.
  const path = await realpath(content.path).catch(() => null);
  if (path === null || !liesIn(realRoot, path)) throw noExample();
  if (modality === 'image') {
    return {
      kind: 'picture',
      contentType: 'image/webp',
      bytes: await keptThumbnail({ kind: 'file', path }, id, thumbnails),
    };
  }
  return recordingOf(path);
}

/** Whether a path, its links followed, lies inside a folder. */
export function liesIn(folder: string, path: string): boolean {
  const inner = relative(folder, path);
  return inner !== '' && inner !== '..' && !inner.startsWith(`..${sep}`) && !isAbsolute(inner);
}

async function recordingOf(path: string): Promise<ExampleContent> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const head = new Uint8Array(Math.min(size, HEAD_BYTES));
    await file.read(head, 0, head.length, 0);
    const contentType = audioMediaType(head);
    if (contentType === null) throw new DatasetsError('invalid', 'the file is no recording by its content');
    return { kind: 'recording', contentType, path, bytes: size };
  } finally {
    await file.close();
  }
}
