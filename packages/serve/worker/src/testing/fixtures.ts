import { fileURLToPath } from 'node:url';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { openBlobs, type Blobs } from '@espalier/blobs';
import { openQueue, submitStudy, type Queue } from '@espalier/queue';
import { studyRequestSchema, type Range } from '@espalier/study';
import { openStore, type Prisma } from '@espalier/store';
import { emptyStore, storeFolder } from '@espalier/store/testing';
import { onTestFinished } from 'vitest';
import type { ChildProgram } from '../process/process.js';
import { startWorker, type RunningWorker, type WorkerOptions } from '../worker.js';

/** The process that trains, as users run it; `tools/tests/prepare.ts` has compiled it. */
export const compiledChild: ChildProgram = {
  file: fileURLToPath(new URL('../../dist/process/child.js', import.meta.url)),
  nodeOptions: [],
};

export interface TestPlatform {
  readonly queue: Queue;
  readonly blobs: Blobs;
  readonly root: string;
  /** Study, trial and epoch of everything that was acknowledged. */
  readonly epochs: string[];
  readonly failures: string[];
  readonly worker: (change?: Partial<WorkerOptions>) => Promise<RunningWorker>;
}

/** A store, blobs and workers in a temporary folder. */
export async function testPlatform(): Promise<TestPlatform> {
  const root = storeFolder('worker');
  const database = await openStore(emptyStore(join(root, 'store')));
  const failures: string[] = [];
  const queue = await openQueue(database, ({ message }) => failures.push(message));
  const blobs = openBlobs({ kind: 'folder', folder: join(root, 'blobs') });
  const workers: RunningWorker[] = [];
  onTestFinished(async () => {
    for (const worker of workers) await worker.stop();
    await queue.close();
    await database.close();
    rmSync(root, { recursive: true, force: true });
  });
  const epochs: string[] = [];
  return {
    ...{ queue, blobs, root, epochs, failures },
    worker: async (change = {}) => {
      const worker = await startWorker({
        ...{ queue, blobs },
        folder: join(root, 'work'),
        cache: { folder: join(root, 'cache'), bytes: 2 ** 30 },
        // More would spin beside those of other tests.
        threads: 1,
        capabilities: { providers: ['cpu'], memory: 2 ** 33, slots: 1 },
        onFailure: (message) => failures.push(message),
        onEpoch: ({ studyId, trial }, epoch) => epochs.push(`${studyId} ${trial?.number} ${epoch}`),
        child: compiledChild,
        lostSeconds: 3,
        ...change,
      });
      workers.push(worker);
      return worker;
    },
  };
}

export const list = (...values: readonly (number | string)[]): Range => ({ kind: 'choices', values });

/** A small study of the embedded image backbone on a folder of pictures. */
export async function submit({ queue }: TestPlatform, dataset: string, change: object = {}): Promise<string> {
  const { client } = queue.database;
  const organization = { create: { name: 'Team', slug: `team-${Math.random()}` } };
  const project = await client.project.create({ data: { name: 'Pets', slug: 'pets', organization } });
  const settings = studyRequestSchema.parse({
    command: 'a study of the platform',
    dataset: { path: dataset, validation: 0.2, test: 0.2 },
    backbones: ['vision-mini'],
    space: { freezeDepth: list(7, 8), augmentation: list('none'), batch: list(16) },
    sampler: 'random',
    pruner: 'none',
    budget: { trials: 2, epochs: 3 },
    training: { patience: null },
    baseline: false,
    ...change,
  });
  return submitStudy(queue, { projectId: project.id, datasetId: null, name: 'Study', settings });
}

const OVER = ['finished', 'failed', 'cancelled'];

const shown = {
  trials: { include: { metrics: true }, orderBy: { number: 'asc' } },
  tasks: true,
  models: true,
  decisions: true,
} satisfies Prisma.StudyInclude;
export type ShownStudy = Prisma.StudyGetPayload<{ include: typeof shown }>;

/** Waits until a study is over, or shows something. */
export async function until(
  { queue }: TestPlatform,
  id: string,
  shows: (study: ShownStudy) => boolean = () => false,
): Promise<ShownStudy> {
  for (let seen = '', looks = 0; ; looks++) {
    const { client } = queue.database;
    const { events, state } = await client.study.findUniqueOrThrow({
      where: { id },
      select: { events: true, state: true },
    });
    const now = `${events} ${state}`;
    // All of a study is much to read, and most of what it shows comes with an event.
    if (now !== seen || looks % 10 === 0) {
      const study = await readStudy(queue, id);
      if (OVER.includes(study.state) || shows(study)) return study;
    }
    seen = now;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const readStudy = ({ database }: Queue, id: string): Promise<ShownStudy> =>
  database.client.study.findUniqueOrThrow({ where: { id }, include: shown });
