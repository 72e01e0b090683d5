import { open, realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';
import {
  audioMediaType,
  readDataset,
  thumbnailOf,
  type Dataset,
  type Example,
  type ReadOptions,
} from '@espalier/data';
import { LRUCache } from 'lru-cache';
import { DatasetsError } from '../errors.js';

/** One example as people are shown it. */
export type ExampleContent =
  | { readonly kind: 'text'; readonly text: string }
  /** A picture, drawn again. */
  | { readonly kind: 'picture'; readonly contentType: 'image/webp'; readonly bytes: Uint8Array }
  /** A file that is a recording by its content. */
  | {
      readonly kind: 'recording';
      readonly contentType: string;
      readonly path: string;
      readonly bytes: number;
    };

/** Most pixels of a picture's longer side. */
const SIDE = 512;
/** Of a recording, by which it is known. */
const HEAD_BYTES = 65_536;
const LONGEST_TEXT = 20_000;

/** Datasets whose list of examples is in memory. */
const KEPT = 4;

export interface ExamplePlace {
  /** Of this machine. */
  readonly path: string;
  readonly options: ReadOptions;
}

/** Gives single examples of datasets, whose lists of examples it keeps for a while. */
export interface ExampleReader {
  /**
   * @throws DatasetsError (`missing`) where the dataset has no such example; ImageError where it is damaged
   */
  content(place: ExamplePlace, id: string): Promise<ExampleContent>;
}

interface Known {
  readonly realRoot: string;
  readonly examples: ReadonlyMap<string, Example>;
  readonly modality: Dataset['modality'];
}

export function createExampleReader(): ExampleReader {
  const lists = new LRUCache<string, Promise<Known>>({ max: KEPT, ttl: 10 * 60_000 });
  const known = async (place: ExamplePlace): Promise<Known> => {
    const { mtimeMs } = await stat(place.path).catch((cause: unknown) => {
      throw new DatasetsError('missing', 'the dataset is not where it was; register it again', { cause });
    });
    const key = JSON.stringify([place.path, place.options, mtimeMs]);
    const found = lists.get(key) ?? read(place);
    lists.set(key, found);
    found.catch(() => lists.delete(key));
    return found;
  };
  return {
    content: async (place, id) => {
      const { examples, modality, realRoot } = await known(place);
      const example = examples.get(id);
      if (example === undefined) throw noExample();
      return contentOf(example, modality, realRoot);
    },
  };
}

const noExample = (): DatasetsError => new DatasetsError('missing', 'the dataset has no such example');

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
  realRoot: string,
): Promise<ExampleContent> {
  if (content.kind === 'text') return { kind: 'text', text: content.text.slice(0, LONGEST_TEXT) };
  if (content.kind === 'bytes') {
    if (modality === 'image') {
      return {
        kind: 'picture',
        contentType: 'image/webp',
        bytes: await thumbnailOf(content.bytes, SIDE, id),
      };
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
    return { kind: 'picture', contentType: 'image/webp', bytes: await thumbnailOf(path, SIDE, id) };
  }
  return recordingOf(path);
}

function liesIn(folder: string, path: string): boolean {
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
