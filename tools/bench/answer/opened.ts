import { join } from 'node:path';
import { openSession, type Session } from '@espalier/runner';
import { findBackbone } from '@espalier/sdk';
import { studyRequestSchema } from '@espalier/study';
import type { Backbone } from '@espalier/transfer';
import type { DrawnSet } from './drawn.js';
import { readFresh, type Fresh } from './ours.js';

/** A drawn set as a study reads it, without a search. */
export interface OpenedSet {
  readonly session: Session;
  readonly backbone: Backbone;
  readonly unseen: Fresh;
  /** Folder of its cache. */
  readonly cache: string;
}

/** Opens the labelled part of a drawn set for trials, and reads the fresh part. @param more of the request */
export async function openDrawn(drawn: DrawnSet, more: object): Promise<OpenedSet> {
  const { root, labelled, fresh, columns, groupPattern, backbone: reference } = drawn;
  const backbone = await findBackbone(reference);
  const settings = studyRequestSchema.parse({
    command: 'bench',
    ...{ backbones: [reference], baseline: false },
    dataset: { path: labelled, ...columns, ...(groupPattern !== null && { groupPattern }) },
    ...more,
  });
  const cache = join(root, 'cache');
  const session = await openSession({
    environment: { cache: { folder: cache, bytes: 20e9 } },
    ...{ folder: join(root, 'study'), settings, backbones: [backbone], elapsedBefore: 0 },
    emit: () => undefined,
    signal: new AbortController().signal,
    record: () => Promise.resolve(),
  });
  return { session, backbone, unseen: await readFresh(fresh, columns), cache };
}
