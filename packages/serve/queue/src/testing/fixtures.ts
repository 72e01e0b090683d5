import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { trialName, type EpochRecord, type StudyRequest, type TrialRecord } from '@espalier/study';
import { keyOf } from '@espalier/study/storage';
import { headerOf } from '@espalier/study/testing';
import { openStore, type StorePlace } from '@espalier/store';
import { emptyStore, startPostgres, storeFolder, type TestPostgres } from '@espalier/store/testing';
import { afterAll, onTestFinished } from 'vitest';
import { nameCheckpoint } from '../history/checkpoints.js';
import {
  claimTask,
  openQueue,
  recordPlan,
  registerWorker,
  submitStudy,
  type Claimant,
  type Claim,
  type ClaimedTask,
  type StudyPlan,
  type Queue,
} from '../index.js';

export function embeddedPlace(): StorePlace {
  const folder = storeFolder('queue');
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return emptyStore(folder);
}

let server: TestPostgres | null = null;
afterAll(() => server?.remove());

/** A database of its own, on a PostgreSQL server of the test file. */
export function serverPlace(): StorePlace {
  server ??= startPostgres();
  return { kind: 'server', url: server.newDatabase() };
}

export async function openedQueue(place: StorePlace): Promise<Queue> {
  const database = await openStore(place);
  const queue = await openQueue(database, (error) => {
    throw error;
  });
  onTestFinished(async () => {
    await queue.close();
    await database.close();
  });
  return queue;
}

export async function makeProject({ database }: Queue, quota: number | null = null): Promise<string> {
  const slug = randomUUID();
  const { id } = await database.client.project.create({
    data: { name: slug, slug, quota, organization: { create: { name: slug, slug } } },
  });
  return id;
}

/** A study of the tiny backbone of four trials, without pruning. */
export function tinySettings(change: object = {}): StudyRequest {
  const { settings } = headerOf(new Date().toISOString());
  return {
    ...settings,
    sampler: 'random',
    pruner: 'none',
    budget: { ...settings.budget, trials: 4, epochs: 3 },
    ...change,
  };
}

/** A study in a project of its own; gives its id. */
export async function submitted(
  queue: Queue,
  settings: object = {},
  quota: number | null = null,
): Promise<string> {
  const projectId = await makeProject(queue, quota);
  return submitStudy(queue, { projectId, datasetId: null, name: 'Pets', settings: tinySettings(settings) });
}

const probe: StudyPlan['plan']['probes'][number] = {
  ...{ number: 0, role: 'probe', backbone: 'tiny', title: 'depth 1', width: 8, penalty: 1 },
  parts: [{ source: 'tiny', block: '1', weight: 1 }],
  ...{ value: 0.5, low: 0.4, high: 0.6, loss: 1, examples: 30, basis: 'folds', seconds: 1 },
};

export function planned(): StudyPlan {
  const { space, objective } = headerOf(new Date().toISOString());
  return {
    plan: { data: 'data', models: ['model'], probes: [probe], trainable: ['tiny'], memory: 0 },
    measured: {},
    notes: [],
    space,
    objective,
    backbones: [
      {
        fingerprint: 'model',
        reference: 'tiny',
        name: 'tiny',
        family: 'tiny',
        modality: 'image',
        licence: 'MIT',
        commercialUse: 'allowed',
        parameters: 100,
        stages: 2,
      },
    ],
  };
}

export async function makeWorker(queue: Queue, change: object = {}): Promise<Claimant> {
  const capabilities = { providers: ['cpu'], memory: 1e9, slots: 1, cached: [], ...change };
  const name = randomUUID();
  const id = await registerWorker(queue, { name, host: 'here', pid: 1 }, capabilities);
  return { id, name, capabilities };
}

/** The next task that a worker gets; null where there is none for it. */
export async function next(queue: Queue, worker: Claimant): Promise<ClaimedTask | null> {
  const ticket = await queue.fetch();
  return ticket === null ? null : claimTask(queue, worker, ticket);
}

export async function plan(queue: Queue, worker: Claimant): Promise<void> {
  await recordPlan(queue, (await next(queue, worker)) as Claim, planned());
}

export const epochOf = (epoch: number, accuracy = epoch / 10): EpochRecord => ({
  epoch,
  trainLoss: 1,
  validationLoss: 1 - accuracy,
  metrics: { accuracy },
  learningRate: 0.01,
  seconds: 1,
});

/** Keeps an epoch of a claimed trial with its checkpoint, as a worker does; gives the checkpoint before. */
export async function recordEpoch(
  queue: Queue,
  task: ClaimedTask,
  { record, checkpoint: key }: { readonly record: EpochRecord; readonly checkpoint: string },
): Promise<string | null> {
  const { role, number } = task.trial as TrialRecord;
  const event = { type: 'epoch', role, number, record, elapsed: task.elapsed } as const;
  const name = trialName({ role, number });
  const { before } = await queue.transaction(({ tx }) =>
    nameCheckpoint(tx, task, { name, key }, { event, key: keyOf(event) }),
  );
  return before;
}
