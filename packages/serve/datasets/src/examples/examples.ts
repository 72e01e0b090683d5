import { existsSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { extname, join } from 'node:path';
import { ImageError } from '@espalier/data';
import { privateFolder } from '@espalier/base/files';
import { HelperError, openHelper, type Helper } from '@espalier/base/processes';
import { LRUCache } from 'lru-cache';
import pLimit from 'p-limit';
import { datasetCache } from '../cache.js';
import { DatasetsError } from '../errors.js';
import { datasetLimits, type DatasetLimits } from '../limits.js';
import type { ExampleContent, ExampleFunctions, ExampleLocation } from './protocol.js';
import { liesIn } from './read.js';

/** Gives single examples of datasets. Each dataset is read in a process of its own, which is kept for a while. */
export interface ExampleReader {
  /**
   * @throws DatasetsError: `missing` where the dataset has no such example, `failed` where it cannot be
   * read or takes more than it may, `busy` where too many wait; ImageError where a picture is damaged
   */
  content(place: ExampleLocation, id: string): Promise<ExampleContent>;
  /** Ends what is under way. */
  close(): void;
}

export interface ExampleReaderOptions {
  readonly limits?: Pick<DatasetLimits, 'read'>;
  /** For pictures that were made small. */
  readonly thumbnails?: string;
}

/** Datasets that have a process. */
const KEPT = 4;
/** Requests that are taken on and not answered yet. */
const WAITING = 256;
/** A dataset that took too much is not tried again for so long, unless it changes. */
const REFUSED_MILLISECONDS = 10 * 60_000;

/** From the sources and from dist/ alike. */
const entry = new URL(`./child${extname(import.meta.url)}`, import.meta.url);

export function createExampleReader({
  limits = datasetLimits(),
  thumbnails = join(datasetCache(), '..', 'thumbnails'),
}: ExampleReaderOptions = {}): ExampleReader {
  const helpers = new LRUCache<string, Helper<ExampleFunctions>>({
    max: KEPT,
    dispose: (helper) => helper.close(),
  });
  const refused = new LRUCache<string, DatasetsError>({ max: 1_000, ttl: REFUSED_MILLISECONDS });
  if (existsSync(thumbnails)) privateFolder(thumbnails);
  const oneACore = pLimit(availableParallelism());
  const read = async (place: ExampleLocation, id: string): Promise<ExampleContent> => {
    const key = JSON.stringify([place.path, place.options, await changedAt(place.path)]);
    const before = refused.get(key);
    if (before !== undefined) throw before;
    const helper =
      helpers.get(key) ??
      openHelper<ExampleFunctions>({
        what: 'the process that reads the dataset',
        entry,
        limits: limits.read,
      });
    helpers.set(key, helper);
    const answer = await helper
      .ask((functions) => functions.content(place, id, thumbnails))
      .catch((error: unknown) => {
        const refusal = refusalOf(error);
        if (error instanceof HelperError && error.kind === 'limit')
          refused.set(key, refusal as DatasetsError);
        throw refusal;
      });
    if (answer.kind === 'damaged') throw new ImageError(answer.example, answer.reason);
    if (answer.kind === 'refused') throw new DatasetsError(answer.problem, answer.message);
    if (answer.kind === 'recording') await requireInside(place.path, answer.path);
    return answer;
  };
  return {
    content: async (place, id) => {
      if (oneACore.pendingCount >= WAITING)
        throw new DatasetsError('busy', 'the server is reading many examples; try again in a few seconds');
      return oneACore(() => read(place, id));
    },
    close: () => helpers.clear(),
  };
}

async function changedAt(path: string): Promise<number> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new DatasetsError('missing', 'the dataset has been moved or removed; register it again', { cause });
  });
  return found.mtimeMs;
}

function refusalOf(error: unknown): unknown {
  if (!(error instanceof HelperError)) return error;
  const message =
    error.kind === 'limit'
      ? `reading the dataset ${error.reason}; split the dataset, or raise the limits of the server`
      : `reading the dataset ended without a result (the process ${error.reason}); try again`;
  return new DatasetsError('failed', message, { cause: error });
}

/** The process has decoded files of strangers: what it names is looked at again. */
async function requireInside(dataset: string, path: string): Promise<void> {
  const root = await realpath(dataset);
  const folder = (await stat(root)).isDirectory() ? root : join(root, '..');
  if (liesIn(folder, await realpath(path))) return;
  throw new DatasetsError('missing', 'the dataset has no such example');
}
