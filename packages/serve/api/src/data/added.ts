import type { Blobs } from '@espalier/blobs';
import { locationOfBackbone } from '@espalier/datasets';
import type { Database, Prisma } from '@espalier/store';
import { licenceSchema, modalitySchema } from '@espalier/transfer';
import pLimit from 'p-limit';
import { z } from 'zod';
import { storable } from '../inputs/texts.js';

/** Facts from the inspection of a backbone. */
export const backboneFactsSchema = z.strictObject({
  family: z.string(),
  modality: modalitySchema,
  licence: licenceSchema,
  /** The commit and file that a reference to a hub means; null for an upload or a path. */
  pinned: z.string().nullable(),
  /** Of its network; null where a hub does not tell. */
  bytes: z.number().nullable(),
  /** Facts that need loading; null until the network is downloaded. */
  network: z
    .strictObject({
      /** Trainable scalars. */
      parameters: z.number(),
      stages: z.number(),
      /** Numbers an example. */
      width: z.number(),
      freezeDepths: z.array(z.number()).readonly(),
      /** Notes for people on the way it is read. */
      notes: z.array(z.string()).readonly(),
    })
    .nullable(),
});
export type BackboneFacts = Readonly<z.infer<typeof backboneFactsSchema>>;

/**
 * Says what a backbone is, in a process of its own; it may take minutes.
 *
 * @param reference `hf:owner/name`, or an absolute path of this machine
 */
export type InspectBackbone = (
  reference: string,
  options: { readonly signal: AbortSignal },
) => Promise<BackboneFacts>;

export type AddedRow = Prisma.AddedBackboneGetPayload<object>;

/** Inspects the backbones that people add, one after the other. */
export interface AddedBackbones {
  /** Begins as soon as those before are done; one that is under way or waits is not begun again. */
  begin(backbone: AddedRow): Promise<void>;
  /** Ends one, if it is under way, and waits until nothing of it goes on. */
  stop(id: string): Promise<void>;
  close(): Promise<void>;
}

interface AddedOptions {
  readonly database: Database;
  readonly blobs: Blobs;
  /** Folder of uploads on this machine, by their content. */
  readonly folder: string;
  readonly inspectBackbone: InspectBackbone;
  readonly onFailure: (error: unknown, what: string) => void;
}

interface Running {
  readonly stop: AbortController;
  done: Promise<void>;
}

const ENDED = 'the server ended during the inspection; inspect it again';

export function createAddedBackbones(options: AddedOptions): AddedBackbones {
  const { database, onFailure } = options;
  const { addedBackbone: table } = database.client;
  const running = new Map<string, Running>();
  const oneAtATime = pLimit(1);
  const recovered = table
    .updateMany({ where: { state: 'inspecting' }, data: { state: 'failed', reason: ENDED } })
    .catch((error: unknown) => onFailure(error, 'backbones that were being inspected'));

  const stop = async (id: string): Promise<void> => {
    const own = running.get(id);
    own?.stop.abort();
    await own?.done;
  };
  return {
    begin: async (backbone) => {
      const { id } = backbone;
      await recovered;
      if (running.has(id)) return;
      const own: Running = { stop: new AbortController(), done: Promise.resolve() };
      running.set(id, own);
      const begun = table.updateMany({ where: { id }, data: { state: 'inspecting', reason: null } });
      const run = (): Promise<void> =>
        oneAtATime(() => inspect(options, backbone, own.stop.signal)).catch((error: unknown) =>
          onFailure(error, `inspection of ${id}`),
        );
      // Where it cannot begin, whoever asked is told, and may ask again.
      own.done = begun.then(run, () => undefined).finally(() => running.delete(id));
      await begun;
    },
    stop,
    close: async () => {
      await recovered;
      await Promise.all([...running.keys()].map(stop));
    },
  };
}

/** A reference to a hub means the commit that was inspected from then on, as the family that it is used as. */
function pinnedIn(location: string, { pinned }: BackboneFacts): string {
  const [family = ''] = /^[a-z0-9-]+=/.exec(location) ?? [];
  return pinned === null ? location : `${family}${pinned}`;
}

async function inspect(
  { database, blobs, folder, inspectBackbone }: AddedOptions,
  backbone: AddedRow,
  signal: AbortSignal,
): Promise<void> {
  const { addedBackbone: table } = database.client;
  const { id, name } = backbone;
  let place: string | null = null;
  try {
    signal.throwIfAborted();
    place = await locationOfBackbone(backbone, { blobs, folder, options: { signal } });
    const facts = storable(await inspectBackbone(place, { signal }));
    const kept = structuredClone(facts) as Prisma.InputJsonObject;
    const location = pinnedIn(backbone.location, facts);
    await table.updateMany({ where: { id }, data: { state: 'ready', reason: null, facts: kept, location } });
  } catch (error) {
    const { message } = error as Error;
    // Where an upload lies on this machine says nothing to anybody.
    const told = backbone.source === 'upload' && place !== null ? message.replaceAll(place, name) : message;
    const reason = signal.aborted ? ENDED : storable(told);
    await table.updateMany({ where: { id }, data: { state: 'failed', reason } });
  }
}
