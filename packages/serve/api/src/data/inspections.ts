import type { Blobs } from '@espalier/blobs';
import {
  membersSchema,
  projectPrefix,
  type inspectInChild,
  type InspectProgress,
  type Inspection,
  type Member,
  type PathPolicy,
} from '@espalier/datasets';
import type { Database, Prisma } from '@espalier/store';
import { LRUCache } from 'lru-cache';
import pLimit from 'p-limit';
import { storable } from '../inputs/texts.js';
import { localPath, optionsOf } from './locations.js';

export type DatasetRow = Prisma.DatasetGetPayload<{
  include: { project: { select: { organizationId: true } } };
}>;

/** Looks into datasets, one after the other. What the end of the server interrupts begins again with the next. */
export interface Inspections {
  /** Begins as soon as those before are done; one that is under way or waits is not begun again. */
  begin(dataset: DatasetRow): Promise<void>;
  /** Progress of an inspection; null if it waits or none is running. */
  progressOf(id: string): InspectProgress | null;
  /** Every example of a dataset that was looked into. */
  members(dataset: DatasetRow): Promise<readonly Member[]>;
  /** Ends one, if it is under way, and waits until nothing of it goes on. */
  stop(id: string): Promise<void>;
  close(): Promise<void>;
}

interface InspectionOptions {
  readonly database: Database;
  readonly blobs: Blobs;
  readonly policy: PathPolicy;
  readonly folder: string;
  readonly inspect: typeof inspectInChild;
  readonly onFailure: (error: unknown, what: string) => void;
}

interface Running {
  readonly stop: AbortController;
  progress: InspectProgress | null;
  done: Promise<void>;
}

const MOST_MEMBER_BYTES = 256 * 2 ** 20;
/** Datasets whose list of examples is in memory. */
const KEPT = 4;

/** Times that one is begun without coming to an end, because the server died meanwhile. */
const MOST_LOOKS = 3;
const GIVEN_UP = `the server died ${MOST_LOOKS} times while the dataset was looked into; give the server more memory, or look into a smaller part`;
const STOPPED = 'the look into the dataset was stopped; inspect it again';

/** Key of the list of a dataset's examples. */
export const membersKey = ({ id, projectId, project }: DatasetRow): string =>
  `${projectPrefix(project.organizationId, projectId)}/datasets/${id}.examples.json`;

export function createInspections(options: InspectionOptions): Inspections {
  const { database, blobs, onFailure } = options;
  const { dataset: table } = database.client;
  const running = new Map<string, Running>();
  const lists = new LRUCache<string, readonly Member[]>({ max: KEPT });
  const oneAtATime = pLimit(1);
  let closing = false;

  /** The state of a dataset that somebody may have removed meanwhile. */
  const set = async (id: string, data: Prisma.DatasetUpdateManyMutationInput): Promise<void> => {
    await table.updateMany({ where: { id }, data });
  };
  const run = async (dataset: DatasetRow, own: Running): Promise<void> => {
    const { signal } = own.stop;
    let path: string | null = null;
    try {
      signal.throwIfAborted();
      await set(dataset.id, { looks: { increment: 1 } });
      path = await localPath(dataset, options);
      signal.throwIfAborted();
      const found = await options.inspect(path, optionsOf(dataset.options), {
        signal,
        onProgress: (progress) => (own.progress = progress),
      });
      await keep(options, dataset, found);
    } catch (error) {
      // The next server begins it again, and this end is nobody's fault.
      if (closing) return set(dataset.id, { looks: 0 });
      const { message } = error as Error;
      // Where an upload is unpacked says nothing to anybody.
      const told =
        dataset.source === 'upload' && path !== null ? message.replaceAll(path, dataset.name) : message;
      await set(dataset.id, { state: 'failed', reason: signal.aborted ? STOPPED : storable(told), looks: 0 });
    }
  };
  const stop = async (id: string): Promise<void> => {
    const own = running.get(id);
    own?.stop.abort();
    await own?.done;
  };
  const start = (dataset: DatasetRow): void => {
    const own: Running = { stop: new AbortController(), progress: null, done: Promise.resolve() };
    running.set(dataset.id, own);
    own.done = oneAtATime(() => run(dataset, own))
      .catch((error: unknown) => onFailure(error, `inspection of ${dataset.id}`))
      .finally(() => running.delete(dataset.id));
  };
  /** Goes on with what an earlier server left, unless that is what it died of. */
  const recover = async (): Promise<void> => {
    const left = await table.findMany({
      where: { state: 'inspecting' },
      orderBy: { id: 'asc' },
      include: { project: { select: { organizationId: true } } },
    });
    for (const dataset of left) {
      if (dataset.looks < MOST_LOOKS) start(dataset);
      else await set(dataset.id, { state: 'failed', reason: GIVEN_UP, looks: 0 });
    }
  };
  const recovered = recover().catch((error: unknown) => onFailure(error, 'inspections that were left'));
  return {
    begin: async (dataset) => {
      await recovered;
      if (running.has(dataset.id)) return;
      await set(dataset.id, { state: 'inspecting', reason: null, looks: 0 });
      if (!running.has(dataset.id)) start(dataset);
    },
    progressOf: (id) => running.get(id)?.progress ?? null,
    members: async (dataset) => {
      const key = `${dataset.id} ${dataset.hash}`;
      const known = lists.get(key);
      if (known !== undefined) return known;
      const bytes = await blobs.read(membersKey(dataset), { maxBytes: MOST_MEMBER_BYTES });
      const members = membersSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
      lists.set(key, members);
      return members;
    },
    stop,
    close: async () => {
      await recovered;
      closing = true;
      await Promise.all([...running.keys()].map(stop));
    },
  };
}

/** The list first: a dataset that is ready has one. */
async function keep(
  { database, blobs }: InspectionOptions,
  dataset: DatasetRow,
  { summary, members }: Inspection,
): Promise<void> {
  await blobs.put(membersKey(dataset), new TextEncoder().encode(JSON.stringify(members)), {
    contentType: 'application/json',
    overwrite: true,
  });
  const { modality, hash } = summary;
  await database.client.dataset.updateMany({
    where: { id: dataset.id },
    data: {
      state: 'ready',
      reason: null,
      looks: 0,
      modality,
      hash,
      summary: structuredClone(summary) as Prisma.InputJsonObject,
    },
  });
}
