import type { StorePlace } from '@espalier/store';
import { openStore } from '@espalier/store';
import { hasPostgres } from '@espalier/store/testing';
import { searchedTrials, trialName } from '@espalier/study';
import { keyOf, readStudy } from '@espalier/study/storage';
import { storageTests, type StorageHarness } from '@espalier/study/testing';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import {
  openQueue,
  openStudyStorage,
  recordPlan,
  recordTrial,
  release,
  sweep,
  type CheckpointFiles,
  type ClaimedTask,
  type Queue,
} from '../index.js';
import {
  embeddedPlace,
  epochOf,
  makeWorker,
  next,
  openedQueue,
  plan,
  planned,
  recordEpoch,
  serverPlace,
  submitted,
} from '../testing/fixtures.js';

interface MemoryFiles extends CheckpointFiles {
  readonly kept: Map<string, Uint8Array>;
}

function memoryFiles(): MemoryFiles {
  const kept = new Map<string, Uint8Array>();
  return {
    kept,
    put: async (key, content) => {
      kept.set(key, content instanceof Uint8Array ? content : await buffer(content()));
    },
    get: async (key) => {
      const bytes = kept.get(key);
      if (bytes === undefined) throw new Error(`there is no ${key}`);
      const begin = async function* (): AsyncGenerator<Uint8Array> {
        yield await Promise.resolve(bytes);
      };
      return begin();
    },
    remove: async (key) => void kept.delete(key),
  };
}

/** A study that is planned, of which two trials wait. */
async function makeHarness(queue: Queue, files: CheckpointFiles): Promise<StorageHarness> {
  const [one, two] = [await makeWorker(queue), await makeWorker(queue)];
  const studyId = await submitted(queue);
  const { client } = queue.database;
  const open = () => openStudyStorage(queue, studyId, { files, prefix: studyId });
  const { id: taskId } = await client.task.findFirstOrThrow({ where: { studyId } });
  const claiming = await open().claim(taskId, one.id);
  if (claiming.kind === 'taken') throw claiming.error;
  await recordPlan(queue, { taskId, studyId, claim: claiming.claim.number }, planned());
  const tasks = await client.task.findMany({
    where: { studyId, state: 'waiting' },
    orderBy: { trial: { number: 'asc' } },
  });
  return {
    open: () => Promise.resolve(open()),
    pieces: [tasks[0]?.id as string, tasks[1]?.id as string],
    claimants: [one.id, two.id],
    trial: 'trial-0',
    claimAndDie: async (piece) => {
      const dying = await makeWorker(queue);
      const claimed = await open().claim(piece, dying.id);
      if (claimed.kind === 'taken') throw claimed.error;
      await queue.database.query(`UPDATE "worker" SET "seenAt" = now() - interval '1 hour' WHERE id = $1`, [
        dying.id,
      ]);
      await sweep(queue);
      return claimed.claim;
    },
    tear: async (entry) => {
      const dying = new Error('the process dies');
      const piece = tasks[0]?.id as string;
      const torn = queue.transaction(async (work) => {
        // Of what happens in a transaction that does not come to its end.
        const within = { ...queue, transaction: <T>(run: (w: typeof work) => Promise<T>) => run(work) };
        const storage = openStudyStorage(within, studyId, { files, prefix: studyId });
        const claimed = await storage.claim(piece, two.id);
        if (claimed.kind === 'taken') throw claimed.error;
        expect(await storage.append(claimed.claim, entry)).toBe(true);
        throw dying;
      });
      await expect(torn).rejects.toBe(dying);
    },
  };
}

const places: [string, () => StorePlace][] = [
  ['embedded', embeddedPlace],
  ['on a PostgreSQL server', serverPlace],
];

describe.each(places)('the storage of a study in PostgreSQL, %s', (kind, makePlace) => {
  const here = it.skipIf(kind !== 'embedded' && !hasPostgres);

  here.each(storageTests)('$name', async ({ run }) => {
    const queue = await openedQueue(makePlace());
    await run(() => makeHarness(queue, memoryFiles()));
  });
});

describe('a study that workers do', () => {
  it('has a history that adds up to what its rows say', async () => {
    const queue = await openedQueue(embeddedPlace());
    const worker = await makeWorker(queue);
    const studyId = await submitted(queue);
    await plan(queue, worker);
    for (let trials = 0; trials < 3; trials++) {
      const task = (await next(queue, worker)) as ClaimedTask;
      for (const epoch of [1, 2])
        await recordEpoch(queue, task, { record: epochOf(epoch), checkpoint: `${trials}-${epoch}` });
      await recordTrial(queue, task, { status: 'complete', reason: 'all epochs', memory: 5, weights: null });
    }
    const storage = openStudyStorage(queue, studyId, { files: memoryFiles(), prefix: studyId });
    const log = await readStudy(storage, 'the study');
    const rows = await queue.database.client.trial.findMany({
      where: { studyId, startedAt: { not: null } },
      include: { metrics: true },
      orderBy: { number: 'asc' },
    });
    expect(searchedTrials(log.trials)).toMatchObject(
      rows.map(({ role, number, values, state: status, reason, metrics }) => ({
        ...{ role, number, status, reason, configuration: { values } },
        epochs: metrics.map(({ epoch, validationLoss }) => ({ epoch, validationLoss })),
      })),
    );
    expect(rows).toHaveLength(3);
    expect(rows.map(trialName)).toEqual(['trial-0', 'trial-1', 'trial-2']);
    expect(log.probes).toHaveLength(1);
    expect(log.header).toMatchObject({ data: 'data', models: ['model'], environment: null });
  });

  it('keeps no file that nothing names, whoever loses its claim', async () => {
    const queue = await openedQueue(embeddedPlace());
    const files = memoryFiles();
    const harness = await makeHarness(queue, files);
    const storage = await harness.open();
    const [piece] = harness.pieces;
    const claiming = await storage.claim(piece, harness.claimants[0]);
    if (claiming.kind === 'taken') throw claiming.error;
    const { claim } = claiming;
    const write = (epoch: number, text: string): Promise<boolean> => {
      const event = { type: 'note', text, elapsed: 1 } as const;
      const checkpoint = { name: 'trial-0', epoch, content: Buffer.from(text) };
      return storage.writeCheckpoint(claim, checkpoint, { event, key: keyOf(event) });
    };
    expect([await write(1, 'one'), await write(1, 'one'), await write(2, 'two')]).toEqual([
      true,
      false,
      true,
    ]);
    const [named] = [...files.kept.keys()];
    expect(files.kept.size).toBe(1);
    expect(named).toMatch(/\/trial-0\/checkpoint-1-2$/);
    await storage.release(claim);
    await expect(write(3, 'three')).rejects.toThrow(/no longer belongs to this worker/);
    expect([...files.kept.keys()]).toEqual([named]);
  });

  it('holds its checkpoint when the database is opened again', async () => {
    const place = embeddedPlace();
    const files = memoryFiles();
    const database = await openStore(place);
    const queue = await openQueue(database, () => undefined);
    const harness = await makeHarness(queue, files);
    const storage = await harness.open();
    const claiming = await storage.claim(harness.pieces[0], harness.claimants[0]);
    if (claiming.kind === 'taken') throw claiming.error;
    const { claim } = claiming;
    await storage.writeCheckpoint(claim, { name: 'trial-0', epoch: 1, content: Buffer.from('one') });
    const before = await storage.read(0);
    const { studyId } = await database.client.task.findUniqueOrThrow({ where: { id: claim.piece } });
    await queue.close();
    await database.close();
    const again = await openedQueue(place);
    const reopened = openStudyStorage(again, studyId, { files, prefix: studyId });
    expect(await reopened.read(0)).toEqual(before);
    const content = await reopened.readCheckpoint('trial-0');
    expect(content && (await buffer(content)).toString()).toBe('one');
  });

  it('reads what earlier versions kept of it', async () => {
    const queue = await openedQueue(embeddedPlace());
    const worker = await makeWorker(queue);
    const studyId = await submitted(queue);
    await plan(queue, worker);
    const { client } = queue.database;
    const { events } = await client.study.findUniqueOrThrow({ where: { id: studyId } });
    const former = [
      {
        kind: 'trial-started',
        data: { role: 'searched', number: 0, configuration: { backbone: 'tiny', values: {} }, worker: 'w' },
      },
      { kind: 'worker-lost', data: { task: 'trial' } },
      { kind: 'epoch', data: { role: 'searched', number: 0, record: { ...epochOf(1) } } },
      { kind: 'state', data: { state: 'paused' } },
      { kind: 'note', data: { text: 'a note' } },
    ];
    const rows = former.map((row, i) => ({ ...row, studyId, number: events + 1 + i }));
    await client.event.createMany({ data: rows });
    const storage = openStudyStorage(queue, studyId, { files: memoryFiles(), prefix: studyId });
    const { events: read, end } = await storage.read(events);
    expect(read.map(({ type }) => type)).toEqual(['trial-started', 'epoch', 'note']);
    expect(end).toBe(events + former.length);
  });

  it('goes on and ends where an earlier version began it, whose events have no keys', async () => {
    const queue = await openedQueue(embeddedPlace());
    const worker = await makeWorker(queue);
    const studyId = await submitted(queue);
    await plan(queue, worker);
    const first = (await next(queue, worker)) as ClaimedTask;
    await recordEpoch(queue, first, { record: epochOf(1), checkpoint: 'one' });
    await queue.database.query(
      `UPDATE "event" SET "key" = NULL, "data" = CASE "kind" WHEN 'study' THEN '{}' ELSE "data" - 'elapsed' END`,
    );
    await release(queue, first);
    const end = { status: 'complete', reason: 'all epochs', memory: 5, weights: null } as const;
    for (let task = await next(queue, worker); task?.kind === 'trial'; task = await next(queue, worker)) {
      if (task.taskId === first.taskId) expect(task).toMatchObject({ trial: { epochs: [epochOf(1)] } });
      const epoch = (task.trial?.epochs.length ?? 0) + 1;
      await recordEpoch(queue, task, { record: epochOf(epoch), checkpoint: `${task.taskId}-${epoch}` });
      await recordTrial(queue, task, end);
    }
    const study = await queue.database.client.study.findUniqueOrThrow({
      where: { id: studyId },
      include: { trials: true, tasks: true, history: { orderBy: { number: 'asc' } } },
    });
    expect(study.trials.map(({ state }) => state)).toEqual(Array.from({ length: 5 }, () => 'complete'));
    expect(study.tasks.find(({ kind }) => kind === 'finish')?.state).toBe('running');
    expect(study.history.filter(({ kind }) => kind === 'trial-ended')).toHaveLength(5);
    expect(study.history.every(({ number }, i) => number === i + 1)).toBe(true);
  });
});
