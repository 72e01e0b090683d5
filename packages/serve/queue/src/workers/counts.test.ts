import { expect, it } from 'vitest';
import { countQueue, pauseStudy, submitStudy } from '../index.js';
import {
  embeddedPlace,
  makeProject,
  makeWorker,
  next,
  openedQueue,
  tinySettings,
} from '../testing/fixtures.js';

it('counts what runs, what waits, and what rests', async () => {
  const queue = await openedQueue(embeddedPlace());
  expect(await countQueue(queue)).toEqual({ tasks: { running: 0, waiting: 0, paused: 0 }, workers: 0 });
  const projectId = await makeProject(queue);
  const submit = (name: string): Promise<string> =>
    submitStudy(queue, { projectId, datasetId: null, name, settings: tinySettings() });
  await submit('one');
  await submit('two');
  await pauseStudy(queue, await submit('three'));
  const worker = await makeWorker(queue);
  const gone = await makeWorker(queue);
  await queue.database.query(`UPDATE "worker" SET "seenAt" = now() - interval '1 hour' WHERE "id" = $1`, [
    gone.id,
  ]);
  expect(await next(queue, worker)).not.toBeNull();
  expect(await countQueue(queue)).toEqual({ tasks: { running: 1, waiting: 1, paused: 1 }, workers: 1 });
});
