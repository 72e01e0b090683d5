import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openBlobs } from '@espalier/blobs';
import { LostClaimError, type ClaimedTask, type Queue } from '@espalier/queue';
import type { EpochRecord } from '@espalier/study';
import { checkpointPath } from '@espalier/study/folder';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parentOf } from './task.js';

/** A queue where the claim is lost; `named` tasks speak of the blob that is asked for. */
const lostQueue = (named: () => Promise<number>): Queue =>
  ({
    transaction: () => Promise.reject(new LostClaimError('it is no longer this worker’s')),
    database: { client: { task: { count: named } } },
  }) as unknown as Queue;

describe('a checkpoint of a claim that is lost', () => {
  it.each([
    ['is removed where nothing names it', () => Promise.resolve(0), false],
    ['stays where it was kept and only the answer was lost', () => Promise.resolve(1), true],
    ['stays where nobody can tell', () => Promise.reject(new Error('the database is away')), true],
  ])('%s', async (_, named, stays) => {
    const root = mkdtempSync(join(tmpdir(), 'espalier-task-'));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    const [folder, blobs] = [join(root, 'study'), openBlobs({ kind: 'folder', folder: join(root, 'blobs') })];
    const path = checkpointPath(folder, 'trial-0');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, 'where it stands');
    const context = {
      ...{ queue: lostQueue(named), blobs, folder, shared: null },
      retry: { signal: AbortSignal.timeout(300_000), onFailure: () => undefined },
      onEpoch: () => undefined,
      onCached: () => undefined,
    };
    const task = {
      taskId: 'one',
      studyId: 'pets',
      claim: 1,
      trial: { role: 'searched', number: 0 },
    } as ClaimedTask;
    const { record } = parentOf(context, task, () => undefined);
    await expect(record({ epoch: 4 } as EpochRecord)).rejects.toThrow(LostClaimError);
    expect((await blobs.stat('studies/pets/trial-0/checkpoint-1-4')) !== null).toBe(stays);
  });
});
