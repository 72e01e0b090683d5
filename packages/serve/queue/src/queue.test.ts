import type { StorePlace } from '@espalier/store';
import { hasPostgres } from '@espalier/store/testing';
import { describe, expect, it } from 'vitest';
import {
  beat,
  cancelStudy,
  continueStudy,
  decide,
  extendStudy,
  findLeftovers,
  forgetLeftovers,
  keepProgress,
  LostClaimError,
  pauseStudy,
  recordCrash,
  recordFailure,
  recordPlan,
  recordTrial,
  release,
  removeStudy,
  secondsLeft,
  setPriority,
  sweep,
  taskProgressSchema,
  weightsOf,
  type ClaimedTask,
  type Queue,
} from './index.js';
import { trialName } from '@espalier/study';
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
  tinySettings,
} from './testing/fixtures.js';

const places: [string, () => StorePlace][] = [
  ['embedded', embeddedPlace],
  ['on a PostgreSQL server', serverPlace],
];

const complete = { status: 'complete', reason: 'all epochs', memory: 5 } as const;

/** The trials of a study of four, and its baseline. */
const names = ['baseline-0', 'trial-0', 'trial-1', 'trial-2', 'trial-3'];

/** Trains a claimed trial to its end. */
async function train(queue: Queue, task: ClaimedTask): Promise<void> {
  for (let epoch = (task.trial?.epochs.length ?? 0) + 1; epoch <= task.epochs; epoch++) {
    await recordEpoch(queue, task, {
      record: epochOf(epoch),
      checkpoint: `${task.taskId}/${task.claim}-${epoch}`,
    });
  }
  await recordTrial(queue, task, { ...complete, weights: `weights/${task.trial?.number}` });
}

const stateOf = async ({ database }: Queue, id: string) =>
  database.client.study.findUniqueOrThrow({ where: { id }, include: { trials: true, tasks: true } });

describe.each(places)('a queue %s', (kind, makePlace) => {
  const here = it.skipIf(kind !== 'embedded' && !hasPostgres);

  here('leads a study from its plan over trials and baselines to the measuring', async () => {
    const queue = await openedQueue(makePlace());
    const worker = await makeWorker(queue);
    const id = await submitted(queue);
    await plan(queue, worker);
    const kinds: string[] = [];
    for (;;) {
      const task = await next(queue, worker);
      if (task === null) break;
      kinds.push(task.kind);
      if (task.kind === 'finish') break;
      await train(queue, task);
    }
    expect(kinds).toEqual(['trial', 'trial', 'trial', 'trial', 'trial', 'finish']);
    const study = await stateOf(queue, id);
    expect(study).toMatchObject({ state: 'running', reason: 'The budget is spent: 4 trials have started.' });
    expect(study.trials.every(({ state, attempts }) => state === 'complete' && attempts === 1)).toBe(true);
    expect(study.trials.map(trialName).sort()).toEqual(names);
    expect(study.plan).toMatchObject({ memory: 5 });
    expect([...(await weightsOf(queue, id)).keys()].sort()).toEqual(names);
    const events = await queue.database.client.event.findMany({
      where: { studyId: id },
      orderBy: { number: 'asc' },
    });
    expect(events.map(({ number }) => number)).toEqual(events.map((_, i) => i + 1));
    expect(events.filter((event) => event.kind === 'trial-ended')).toHaveLength(5);
  });

  here('goes on behind its end with more trials, and is forgotten whole', async () => {
    const queue = await openedQueue(makePlace());
    const worker = await makeWorker(queue);
    const id = await submitted(queue);
    await expect(extendStudy(queue, id, { trials: 1, seconds: null })).rejects.toThrow(
      'the study is queued; only a finished study takes more trials',
    );
    await plan(queue, worker);
    const kindsUntilEnd = async (): Promise<string[]> => {
      const kinds: string[] = [];
      for (;;) {
        const task = await next(queue, worker);
        if (task === null) return kinds;
        kinds.push(task.kind);
        if (task.kind !== 'finish') await train(queue, task);
        else await queue.database.client.task.update({ where: { id: task.taskId }, data: { state: 'done' } });
      }
    };
    const finished = () =>
      queue.database.client.study.update({ where: { id }, data: { state: 'finished', endedAt: new Date() } });
    expect(await kindsUntilEnd()).toEqual(['trial', 'trial', 'trial', 'trial', 'trial', 'finish']);
    await finished();
    await extendStudy(queue, id, { trials: 2, seconds: null });
    expect(await stateOf(queue, id)).toMatchObject({
      ...{ state: 'running', reason: null, endedAt: null },
      settings: { budget: { trials: 6, epochs: 3 } },
    });
    // The baseline of the same network counts on, and what came before stays.
    expect(await kindsUntilEnd()).toEqual(['trial', 'trial', 'finish']);
    const { trials, reason } = await stateOf(queue, id);
    expect(trials.map(trialName).sort()).toEqual([...names, 'trial-4', 'trial-5']);
    expect(reason).toBe('The budget is spent: 6 trials have started.');
    await expect(removeStudy(queue, id, `studies/${id}/`)).rejects.toThrow(
      'the study is running; cancel it before you delete it',
    );
    await finished();
    await removeStudy(queue, id, `studies/${id}/`);
    const { client } = queue.database;
    const left = [client.study, client.trial, client.task, client.metric, client.event, client.model];
    expect(await Promise.all(left.map((table) => (table.count as () => Promise<number>)()))).toEqual(
      left.map(() => 0),
    );
    await removeStudy(queue, id, `studies/${id}/`);
  });

  here('trains another baseline where more trials make another network the best', async () => {
    const queue = await openedQueue(makePlace());
    const worker = await makeWorker(queue);
    const id = await submitted(queue);
    await plan(queue, worker);
    for (let task = await next(queue, worker); task !== null; task = await next(queue, worker)) {
      if (task.kind === 'finish') break;
      await train(queue, task);
    }
    const { client } = queue.database;
    await client.task.updateMany({ where: { kind: 'finish' }, data: { state: 'done' } });
    await client.trial.updateMany({ where: { role: 'baseline' }, data: { backbone: 'another' } });
    await client.study.update({ where: { id }, data: { state: 'finished' } });
    await extendStudy(queue, id, { trials: 1, seconds: null });
    await train(queue, (await next(queue, worker)) as ClaimedTask);
    expect(await next(queue, worker)).toMatchObject({
      trial: { role: 'baseline', number: 1, configuration: { backbone: 'tiny' } },
    });
  });

  here('knows how far its tasks are, and forgets it with the claim', async () => {
    const queue = await openedQueue(makePlace());
    const worker = await makeWorker(queue);
    const id = await submitted(queue);
    const task = (await next(queue, worker)) as ClaimedTask;
    const progress = async () => (await stateOf(queue, id)).tasks[0]?.progress;
    const before = Date.now();
    await keepProgress(queue, task, { phase: 'caching', done: 3, total: 12, seconds: 60 });
    const told = taskProgressSchema.parse(await progress());
    expect(told).toMatchObject({ phase: 'caching', done: 3, total: 12 });
    expect(Math.abs(before - 60_000 - Date.parse(told.since))).toBeLessThan(30_000);
    await keepProgress(queue, { ...task, claim: task.claim + 1 }, { ...told, done: 9, seconds: 1 });
    expect(await progress()).toMatchObject({ done: 3 });
    await release(queue, task);
    await next(queue, worker);
    expect(await progress()).toBeNull();
  });

  here('keeps as many trials going as there are workers, each with one claim', async () => {
    const queue = await openedQueue(makePlace());
    const workers = await Promise.all([1, 2, 3].map(() => makeWorker(queue)));
    const id = await submitted(queue);
    await plan(queue, workers[0] as (typeof workers)[0]);
    const tasks = await Promise.all(workers.map((worker) => next(queue, worker)));
    expect(new Set(tasks.map((task) => task?.trial?.number)).size).toBe(3);
    expect(await next(queue, workers[0] as (typeof workers)[0])).toBeNull();
    await Promise.all(tasks.map((task) => train(queue, task as ClaimedTask)));
    expect((await stateOf(queue, id)).trials).toHaveLength(4);
  });

  here(
    'gives the task of a lost worker to another, who goes on; what the lost one brings is refused',
    async () => {
      const queue = await openedQueue(makePlace());
      const [lost, other] = [await makeWorker(queue), await makeWorker(queue)];
      const id = await submitted(queue, { budget: { ...tinySettings().budget, trials: 1, epochs: 3 } });
      await plan(queue, lost);
      const first = (await next(queue, lost)) as ClaimedTask;
      await recordEpoch(queue, first, { record: epochOf(1), checkpoint: 'one' });
      await queue.database.query(`UPDATE "worker" SET "seenAt" = now() - interval '1 hour' WHERE id = $1`, [
        lost.id,
      ]);
      await Promise.all([sweep(queue), sweep(queue)]);
      expect(await beat(queue, lost.id, lost.capabilities)).toEqual([]);
      const second = (await next(queue, other)) as ClaimedTask;
      expect(second).toMatchObject({
        taskId: first.taskId,
        checkpoint: 'one',
        trial: { epochs: [epochOf(1)] },
      });
      const late = { record: epochOf(2), checkpoint: 'late' };
      await expect(recordEpoch(queue, first, late)).rejects.toThrow(LostClaimError);
      await expect(recordTrial(queue, first, { ...complete, weights: null })).rejects.toThrow(LostClaimError);
      await expect(recordFailure(queue, first, 'dead')).rejects.toThrow(LostClaimError);
      await train(queue, second);
      const { trials } = await stateOf(queue, id);
      expect(trials.find(({ number }) => number === 0)).toMatchObject({ attempts: 2, state: 'complete' });
    },
  );

  here('changes nothing when the same is brought twice', async () => {
    const queue = await openedQueue(makePlace());
    const worker = await makeWorker(queue);
    const id = await submitted(queue);
    await plan(queue, worker);
    const task = (await next(queue, worker)) as ClaimedTask;
    const epoch = { record: epochOf(1), checkpoint: 'one' };
    await recordEpoch(queue, task, epoch);
    await recordEpoch(queue, task, epoch);
    const end = { ...complete, weights: 'w' };
    expect(await recordTrial(queue, task, end)).toEqual(['one']);
    expect(await recordTrial(queue, task, end)).toEqual([]);
    const events = await queue.database.client.event.findMany({ where: { studyId: id } });
    const kinds = events.map((event) => event.kind);
    expect(kinds.filter((one) => one === 'epoch')).toHaveLength(1);
    expect(kinds.filter((one) => one === 'trial-ended')).toHaveLength(1);
    expect((await stateOf(queue, id)).trials).toHaveLength(2);
  });

  here('keeps no epoch of a trial whose process has died, and says so', async () => {
    const queue = await openedQueue(makePlace());
    const worker = await makeWorker(queue);
    await submitted(queue);
    await plan(queue, worker);
    const task = (await next(queue, worker)) as ClaimedTask;
    await recordEpoch(queue, task, { record: epochOf(1), checkpoint: 'one' });
    await recordCrash(queue, task, 'it was killed');
    // It was on its way when the process died.
    const late = { record: epochOf(2), checkpoint: 'two' };
    await expect(recordEpoch(queue, task, late)).rejects.toThrow(LostClaimError);
    expect(await queue.database.client.metric.count({ where: { trial: { studyId: task.studyId } } })).toBe(1);
  });

  here('rests, goes on and ends when it is told to', async () => {
    const queue = await openedQueue(makePlace());
    const worker = await makeWorker(queue);
    const id = await submitted(queue);
    await pauseStudy(queue, id);
    expect(await next(queue, worker)).toBeNull();
    await continueStudy(queue, id);
    await plan(queue, worker);
    const task = (await next(queue, worker)) as ClaimedTask;
    await pauseStudy(queue, id);
    expect(await beat(queue, worker.id, worker.capabilities)).toMatchObject([{ paused: true }]);
    await release(queue, task);
    expect(await next(queue, worker)).toBeNull();
    await continueStudy(queue, id);
    const again = (await next(queue, worker)) as ClaimedTask;
    expect(again.taskId).toBe(task.taskId);
    await cancelStudy(queue, id);
    await expect(train(queue, again)).rejects.toThrow(LostClaimError);
    expect(await next(queue, worker)).toBeNull();
    const study = await stateOf(queue, id);
    expect(study.state).toBe('cancelled');
    expect(study.trials.map(({ state }) => state)).toEqual(['cancelled']);
    await expect(continueStudy(queue, id)).rejects.toThrow('the study is cancelled and cannot be continued');
  });

  here('does what is urgent first, also when that changes', async () => {
    const queue = await openedQueue(makePlace());
    const worker = await makeWorker(queue);
    const [first, second] = [await submitted(queue), await submitted(queue)];
    await setPriority(queue, second, 5);
    const task = (await next(queue, worker)) as ClaimedTask;
    expect(task.studyId).toBe(second);
    await release(queue, task);
    await setPriority(queue, second, -5);
    let found: ClaimedTask | null = null;
    for (let i = 0; i < 4 && found === null; i++) found = await next(queue, worker);
    expect(found?.studyId).toBe(first);
  });

  here('runs no more of a project at once than its quota', async () => {
    const queue = await openedQueue(makePlace());
    const [one, two] = [await makeWorker(queue), await makeWorker(queue)];
    await submitted(queue, {}, 1);
    await plan(queue, one);
    expect(await next(queue, one)).not.toBeNull();
    expect(await next(queue, two)).toBeNull();
  });
});

describe('a worker', () => {
  it('gets no task that it cannot do', async () => {
    const queue = await openedQueue(embeddedPlace());
    await submitted(queue, { engine: { provider: 'cuda' } });
    const cpu = await makeWorker(queue);
    expect(await next(queue, cpu)).toBeNull();
  });

  it('waits a moment for the one that has the features', async () => {
    const queue = await openedQueue(embeddedPlace());
    const without = await makeWorker(queue);
    await submitted(queue);
    await plan(queue, without);
    const cached = await makeWorker(queue, { cached: ['data model'] });
    expect(await next(queue, without)).toBeNull();
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(await next(queue, cached)).toMatchObject({ kind: 'trial' });
  });

  it('that dies of a task again and again is not given it for ever', async () => {
    const queue = await openedQueue(embeddedPlace());
    const id = await submitted(queue, { budget: { ...tinySettings().budget, trials: 1 } });
    const worker = await makeWorker(queue);
    await plan(queue, worker);
    for (let i = 0; i < 6; i++) {
      const dying = await makeWorker(queue);
      expect(await next(queue, dying)).not.toBeNull();
      await queue.database.client.worker.update({
        where: { id: dying.id },
        data: { stoppedAt: new Date() },
      });
      await sweep(queue);
    }
    const study = await stateOf(queue, id);
    expect(study.trials).toMatchObject([
      { state: 'failed', reason: expect.stringMatching(/6 times in a row/) },
    ]);
    // There are probes to answer with.
    expect(study.state).toBe('running');
    expect(study.tasks).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ kind: 'finish', state: 'waiting' })]),
    );
  });

  it('fails a study whose sampler nobody here has', async () => {
    const queue = await openedQueue(embeddedPlace());
    const id = await submitted(queue, { sampler: 'of-a-plugin' });
    await plan(queue, await makeWorker(queue));
    expect(await stateOf(queue, id)).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(/no sampler called of-a-plugin, choose one of grid, random, tpe/),
    });
  });

  it('tries planning again whose process dies, a few times', async () => {
    const queue = await openedQueue(embeddedPlace());
    const id = await submitted(queue);
    const worker = await makeWorker(queue);
    for (let i = 0; i < 3; i++) {
      expect((await stateOf(queue, id)).state).not.toBe('failed');
      await recordCrash(queue, (await next(queue, worker)) as ClaimedTask, 'it was killed');
    }
    expect(await stateOf(queue, id)).toMatchObject({
      state: 'failed',
      reason: 'it was killed; it was tried 3 times',
    });
  });

  it('fails a trial whose process dies, and keeps nothing of it', async () => {
    const queue = await openedQueue(embeddedPlace());
    const id = await submitted(queue);
    const worker = await makeWorker(queue);
    await plan(queue, worker);
    const task = (await next(queue, worker)) as ClaimedTask;
    await recordEpoch(queue, task, { record: epochOf(1), checkpoint: 'one' });
    expect(await findLeftovers(queue)).toEqual({ taskIds: [], keys: [] });
    await recordCrash(queue, task, 'it was killed');
    const leftovers = await findLeftovers(queue);
    expect(leftovers).toEqual({ taskIds: [task.taskId], keys: ['one'] });
    await forgetLeftovers(queue, leftovers);
    await train(queue, (await next(queue, worker)) as ClaimedTask);
    expect(await findLeftovers(queue)).toEqual({ taskIds: [], keys: [] });
    await cancelStudy(queue, id);
    expect((await findLeftovers(queue)).keys).toContain('weights/1');
  });

  it('says how long a trial may take, what follows being kept free', async () => {
    const queue = await openedQueue(embeddedPlace());
    const worker = await makeWorker(queue);
    const { budget } = tinySettings();
    await submitted(queue, { budget: { ...budget, seconds: 1000 } });
    const { plan: facts, ...rest } = planned();
    const own = (await next(queue, worker)) as ClaimedTask;
    await recordPlan(queue, own, { ...rest, plan: { ...facts, featured: 50 } });
    const left = await secondsLeft(queue, (await next(queue, worker)) as ClaimedTask);
    expect(left).toBeGreaterThan(500);
    expect(left).toBeLessThan(990);
    await submitted(queue, { budget: { ...budget, seconds: null } });
    await plan(queue, worker);
    expect(await secondsLeft(queue, (await next(queue, worker)) as ClaimedTask)).toBeNull();
  });

  it('ends a trial that is behind the others', async () => {
    const queue = await openedQueue(embeddedPlace());
    const worker = await makeWorker(queue);
    await submitted(queue, { pruner: 'asha', budget: { ...tinySettings().budget, trials: 4, epochs: 4 } });
    await plan(queue, worker);
    for (let i = 0; i < 3; i++) await train(queue, (await next(queue, worker)) as ClaimedTask);
    const last = (await next(queue, worker)) as ClaimedTask;
    const curve = [1, 2, 3].map((epoch) => epochOf(epoch, 0));
    expect(await decide(queue, last, curve)).toMatchObject({ status: 'pruned' });
    expect(await decide(queue, last, [epochOf(1, 0.9), epochOf(2, 0.95), epochOf(3, 0.95)])).toBeNull();
  });
});
