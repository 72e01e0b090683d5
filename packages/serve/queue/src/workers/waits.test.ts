import { hasPostgres } from '@espalier/store/testing';
import { describe, expect, it } from 'vitest';
import {
  cancelStudy,
  pauseStudy,
  recordPlan,
  retireWorker,
  setPriority,
  submitStudy,
  waitingStudies,
  type Claim,
  type Queue,
} from '../index.js';
import {
  embeddedPlace,
  makeProject,
  makeWorker,
  next,
  openedQueue,
  planned,
  serverPlace,
  submitted,
  tinySettings,
} from '../testing/fixtures.js';

const reasonOf = async (queue: Queue, id: string): Promise<string | undefined> =>
  (await waitingStudies(queue, [id])).get(id)?.reason;

const places = [
  ['embedded', embeddedPlace],
  ['on a PostgreSQL server', serverPlace],
] as const;

describe.each(places)('why a study waits, %s', (kind, makePlace) => {
  const here = it.skipIf(kind !== 'embedded' && !hasPostgres);

  here('is that nobody works, until somebody does', async () => {
    const queue = await openedQueue(makePlace());
    const id = await submitted(queue);
    expect(await reasonOf(queue, id)).toMatch(/^no worker is running: start one with `espalier worker`/);
    const worker = await makeWorker(queue);
    expect(await reasonOf(queue, id)).toBeUndefined();
    await next(queue, worker);
    expect(await reasonOf(queue, id)).toBeUndefined();
    // Its task still says that it runs, and nobody runs it.
    await retireWorker(queue, worker.id);
    expect(await reasonOf(queue, id)).toMatch(/^no worker is running/);
    expect(await waitingStudies(queue, [])).toEqual(new Map());
  });

  here('is not told of one that rests or has ended', async () => {
    const queue = await openedQueue(makePlace());
    const [rests, ended] = [await submitted(queue), await submitted(queue)];
    await pauseStudy(queue, rests);
    await cancelStudy(queue, ended);
    expect(await waitingStudies(queue, [rests, ended])).toEqual(new Map());
  });
});

describe('why a study waits', () => {
  it('is a provider that no worker has', async () => {
    const queue = await openedQueue(embeddedPlace());
    const engine = { ...tinySettings().engine, provider: 'cuda' as const };
    const id = await submitted(queue, { engine });
    await makeWorker(queue);
    await makeWorker(queue, { providers: ['cpu', 'webgpu'] });
    expect(await reasonOf(queue, id)).toBe('no worker has the provider cuda: workers have cpu, webgpu');
    await makeWorker(queue, { providers: ['cuda'] });
    expect(await reasonOf(queue, id)).toBeUndefined();
  });

  it("is its project's quota, and not another project's", async () => {
    const queue = await openedQueue(embeddedPlace());
    const projectId = await makeProject(queue, 1);
    const study = { projectId, datasetId: null, name: 'Pets', settings: tinySettings() };
    const [first, second] = [await submitStudy(queue, study), await submitStudy(queue, study)];
    const other = await submitted(queue);
    const worker = await makeWorker(queue, { slots: 3 });
    expect((await next(queue, worker))?.studyId).toBe(first);
    expect(await waitingStudies(queue, [first, second, other])).toEqual(
      new Map([[second, { reason: "the project's quota of 1 task is in use", place: 1, of: 2 }]]),
    );
  });

  it('is that workers are busy, with what is more urgent first', async () => {
    const queue = await openedQueue(embeddedPlace());
    const worker = await makeWorker(queue);
    await submitted(queue);
    await next(queue, worker);
    const id = await submitted(queue);
    expect(await reasonOf(queue, id)).toBe('no worker is free');
    const [urgent, more] = [await submitted(queue), await submitted(queue)];
    await setPriority(queue, urgent, 5);
    expect(await reasonOf(queue, id)).toBe('1 task of higher priority is before it, and no worker is free');
    await setPriority(queue, more, 5);
    expect(await reasonOf(queue, id)).toMatch(/^2 tasks of higher priority are before it/);
    const later = await submitted(queue);
    const ids = [id, urgent, more, later];
    const places = async () => {
      const waits = await waitingStudies(queue, ids);
      return ids.map((one) => waits.get(one)?.place);
    };
    expect(await places()).toEqual([3, 1, 2, 4]);
    await pauseStudy(queue, more);
    expect(await reasonOf(queue, id)).toMatch(/^1 task /);
    expect(await places()).toEqual([2, 1, undefined, 3]);
    expect((await waitingStudies(queue, [id])).get(id)?.of).toBe(3);
  });

  it('is memory where a busy worker has that much, and not where nobody has it', async () => {
    const queue = await openedQueue(embeddedPlace());
    const large = await makeWorker(queue, { memory: 16e9 });
    const id = await submitted(queue);
    const { plan, ...rest } = planned();
    const needing = { ...rest, plan: { ...plan, memory: 12e9 } };
    await recordPlan(queue, (await next(queue, large)) as Claim, needing);
    await makeWorker(queue, { memory: 8e9 });
    expect(await reasonOf(queue, id)).toBeUndefined();
    await setPriority(queue, id, -1);
    await submitted(queue);
    // Tickets of the priority before are dropped by who fetches them.
    while ((await next(queue, large)) === null);
    expect(await reasonOf(queue, id)).toBe(
      'it needs 12.0 GB of memory; the workers that have as much are busy, and others have 8.0 GB at most',
    );
    await retireWorker(queue, large.id);
    expect(await reasonOf(queue, id)).toBeUndefined();
  });
});
