import type { StudyHeader } from '@espalier/study';
import { describe, expect, it } from 'vitest';
import { recordPlan, recordTrial, submitStudy, type ClaimedTask, type Queue } from '../index.js';
import {
  embeddedPlace,
  epochOf,
  makeProject,
  makeWorker,
  next,
  openedQueue,
  planned,
  recordEpoch,
  tinySettings,
} from '../testing/fixtures.js';

const dataset = { modality: 'image', examples: 200, classes: 2 } as const;

async function submit(queue: Queue, projectId: string, sampler = 'transfer'): Promise<string> {
  return submitStudy(queue, {
    projectId,
    datasetId: null,
    name: 'Pets',
    settings: tinySettings({ sampler }),
  });
}

/** Plans the next study of the queue, and gives what its history begins with. */
async function begin(queue: Queue, worker: Awaited<ReturnType<typeof makeWorker>>): Promise<StudyHeader> {
  let task = await next(queue, worker);
  // Tickets of studies that are over come first.
  for (let tried = 0; task?.kind !== 'plan' && tried < 10; tried++) task = await next(queue, worker);
  if (task === null) throw new Error('no study waits for its plan');
  const { plan, ...rest } = planned();
  await recordPlan(queue, task, { ...rest, plan: { ...plan, dataset } });
  const first = await queue.database.client.event.findFirstOrThrow({
    where: { studyId: task.studyId, kind: 'study', key: { not: null } },
  });
  return first.data as unknown as StudyHeader;
}

describe('what studies of a project learn from each other', () => {
  it('is what finished ones gained with the same backbones, in no other project', async () => {
    const queue = await openedQueue(embeddedPlace());
    const worker = await makeWorker(queue);
    const project = await makeProject(queue);
    const id = await submit(queue, project);
    expect((await begin(queue, worker)).experience).toBeUndefined();
    const trial = (await next(queue, worker)) as ClaimedTask;
    await recordEpoch(queue, trial, { record: epochOf(1, 0.8), checkpoint: 'one' });
    const end = { status: 'complete', reason: 'all epochs', memory: 1, weights: null } as const;
    await recordTrial(queue, trial, end);
    await queue.database.client.study.update({
      where: { id },
      data: { state: 'finished', endedAt: new Date() },
    });
    await queue.database.client.task.updateMany({ where: { studyId: id }, data: { state: 'done' } });

    const later = await submit(queue, project);
    const { experience } = await begin(queue, worker);
    // The probe of the plan reached 0.5.
    expect(experience).toMatchObject([{ configuration: trial.trial?.configuration }]);
    expect(experience?.[0]?.gain).toBeCloseTo(0.3, 12);
    const { history, decisions } = await queue.database.client.study.findUniqueOrThrow({
      where: { id: later },
      include: { history: true, decisions: true },
    });
    expect(decisions.map(({ text }) => text)).toContain(
      'The sampler knows 1 trial of 1 earlier study with the same backbones.',
    );
    expect(history.length).toBeGreaterThan(0);
    await submit(queue, await makeProject(queue));
    expect((await begin(queue, worker)).experience).toBeUndefined();
  });
});
