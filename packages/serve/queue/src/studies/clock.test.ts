import { expect, it } from 'vitest';
import {
  continueStudy,
  goneWorkers,
  pauseStudy,
  recordPlan,
  recordTrial,
  release,
  sweep,
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
  submitted,
} from '../testing/fixtures.js';

/** As if an hour had gone by since the study's clock was set. */
const anHourPasses = ({ database }: Queue): Promise<unknown> =>
  database.query(`UPDATE "study" SET "runningSince" = "runningSince" - interval '1 hour'`, []);

const elapsedOf = async (queue: Queue): Promise<number> =>
  (await queue.database.client.study.findFirstOrThrow()).elapsed;

it("stops a study's clock while nobody works at it", async () => {
  const queue = await openedQueue(embeddedPlace());
  const worker = await makeWorker(queue);
  await submitted(queue);
  await plan(queue, worker);
  const task = (await next(queue, worker)) as ClaimedTask;
  await release(queue, task);
  await anHourPasses(queue);
  const again = (await next(queue, worker)) as ClaimedTask;
  expect(again.elapsed).toBeLessThan(60);
  await anHourPasses(queue);
  await pauseStudy(queue, again.studyId);
  expect(await elapsedOf(queue)).toBeGreaterThan(3600);
  await continueStudy(queue, again.studyId);
  await anHourPasses(queue);
  await pauseStudy(queue, again.studyId);
  expect(await elapsedOf(queue)).toBeGreaterThan(7200);
});

it('does not count the time for which a lost worker was not missed', async () => {
  const queue = await openedQueue(embeddedPlace());
  const [lost, other] = [await makeWorker(queue), await makeWorker(queue)];
  await submitted(queue);
  await plan(queue, lost);
  await next(queue, lost);
  await anHourPasses(queue);
  await queue.database.query(`UPDATE "worker" SET "seenAt" = now() - interval '50 minutes' WHERE id = $1`, [
    lost.id,
  ]);
  await sweep(queue);
  const { elapsed } = (await next(queue, other)) as ClaimedTask;
  expect(elapsed).toBeGreaterThan(9 * 60);
  expect(elapsed).toBeLessThan(11 * 60);
});

it('goes on at once with a study that rested while its plan was made', async () => {
  const queue = await openedQueue(embeddedPlace());
  const worker = await makeWorker(queue);
  const id = await submitted(queue);
  const task = (await next(queue, worker)) as ClaimedTask;
  await pauseStudy(queue, id);
  await recordPlan(queue, task, planned());
  await continueStudy(queue, id);
  expect(await next(queue, worker)).toMatchObject({ kind: 'trial' });
});

it('gives a task that took more memory than anybody has to whoever asks', async () => {
  const queue = await openedQueue(embeddedPlace());
  const worker = await makeWorker(queue, { memory: 100 });
  await submitted(queue);
  await plan(queue, worker);
  const task = (await next(queue, worker)) as ClaimedTask;
  await recordEpoch(queue, task, { record: epochOf(1), checkpoint: 'one' });
  await recordTrial(queue, task, { status: 'complete', reason: '', memory: 101, weights: null });
  const large = await makeWorker(queue, { memory: 1000 });
  expect(await next(queue, worker)).toBeNull();
  await queue.database.client.worker.update({ where: { id: large.id }, data: { stoppedAt: new Date() } });
  await new Promise((resolve) => setTimeout(resolve, 2500));
  const found = [await next(queue, worker), await next(queue, worker)];
  expect(found.some((one) => one?.kind === 'trial')).toBe(true);
});

it('takes no worker of another store for gone', async () => {
  const queue = await openedQueue(embeddedPlace());
  const [alive, stopped] = [await makeWorker(queue), await makeWorker(queue)];
  await queue.database.client.worker.update({ where: { id: stopped.id }, data: { stoppedAt: new Date() } });
  expect(await goneWorkers(queue, [alive.id, stopped.id, 'of another store'])).toEqual([stopped.id]);
});
