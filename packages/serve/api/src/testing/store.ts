import { currentOffer } from '@espalier/runner';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { openBlobs } from '@espalier/blobs';
import { openQueue, type Queue } from '@espalier/queue';
import { openStore, type Database } from '@espalier/store';
import { emptyStore, storeFolder } from '@espalier/store/testing';
import type { Context, Role } from '../context.js';
import { createDataServices, type DataOptions, type DataServices } from '../data/services.js';

export interface TestStore {
  readonly database: Database;
  readonly queue: Queue;
  readonly data: DataServices;
  /** For what a test leaves. */
  readonly folder: string;
  close(): Promise<void>;
}

export async function openTestStore(change: Partial<DataOptions> = {}): Promise<TestStore> {
  const folder = storeFolder('api');
  const database = await openStore(emptyStore(join(folder, 'store')));
  const queue = await openQueue(database, (error) => {
    throw error;
  });
  const data = createDataServices({
    database,
    blobs: openBlobs({ kind: 'folder', folder: join(folder, 'blobs') }),
    policy: { kind: 'roots', roots: [join(folder, 'data')] },
    folder: join(folder, 'cache'),
    backbones: () => Promise.resolve([]),
    offer: () => Promise.resolve(currentOffer()),
    inspectBackbone: () => Promise.reject(new Error('nothing is inspected here')),
    isThere: () => Promise.resolve(false),
    check: () => Promise.reject(new Error('nothing is checked here')),
    onFailure: (error) => {
      throw error;
    },
    ...change,
  });
  return {
    ...{ database, queue, data, folder },
    close: async () => {
      await data.close();
      await queue.close();
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface Team {
  readonly organizationId: string;
  readonly projectId: string;
  readonly contextFor: (role: Role) => Context;
}

export async function makeTeam(
  { database, queue, data }: Pick<TestStore, 'database' | 'queue' | 'data'>,
  slug: string = randomUUID(),
): Promise<Team> {
  const { id: organizationId } = await database.client.organization.create({ data: { name: slug, slug } });
  const { id: projectId } = await database.client.project.create({
    data: { organizationId, name: 'Project', slug: 'project' },
  });
  return {
    organizationId,
    projectId,
    contextFor: (role) => ({
      ...{ database, queue, data },
      access: { organizationId, userId: null, role },
      onFailure: (error) => {
        throw error;
      },
    }),
  };
}

/** A person of a team, and what they ask with. */
export interface TestMember {
  readonly memberId: string;
  readonly userId: string;
  readonly context: Context;
}

export async function joinTeam({ client }: Database, team: Team, role: Role): Promise<TestMember> {
  const { id: userId } = await client.user.create({
    data: { name: `A ${role}`, email: `${randomUUID()}@example.org` },
  });
  const { organizationId } = team;
  const { id: memberId } = await client.member.create({ data: { organizationId, userId, role } });
  const context = team.contextFor(role);
  return { memberId, userId, context: { ...context, access: { organizationId, userId, role } } };
}

export interface StudyParts {
  readonly name?: string;
  readonly createdAt?: Date;
  /** Validation accuracies of each trial's epochs. */
  readonly trials?: readonly (readonly number[])[];
}

/** A study with trials; gives its id and theirs. */
export async function makeStudy(
  { client }: Database,
  projectId: string,
  { name = 'A study', createdAt = new Date(), trials = [] }: StudyParts = {},
): Promise<{ readonly id: string; readonly trials: readonly string[] }> {
  const study = await client.study.create({ data: { projectId, name, createdAt, settings: {} } });
  const ids: string[] = [];
  for (const [number, accuracies] of trials.entries()) {
    const best = Math.max(...accuracies);
    const { id } = await client.trial.create({
      data: {
        studyId: study.id,
        number,
        state: 'complete',
        backbone: 'tiny',
        values: { freezeDepth: number, learningRate: 0.01 },
        ...(accuracies.length > 0 && {
          bestEpoch: accuracies.indexOf(best) + 1,
          bestGain: best,
          bestLoss: 1 - best,
        }),
        metrics: {
          create: accuracies.map((accuracy, i) => ({
            epoch: i + 1,
            trainLoss: 1,
            validationLoss: 1 - accuracy,
            metrics: { accuracy },
            learningRate: 0.01,
            seconds: 1,
          })),
        },
      },
    });
    ids.push(id);
  }
  return { id: study.id, trials: ids };
}

/** Adds events as the store does: numbered without a gap, told when they are committed. */
export async function addEvents({ client, query }: Database, studyId: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await client.$transaction(async (tx) => {
      const { events: number } = await tx.study.update({
        where: { id: studyId },
        data: { events: { increment: 1 } },
        select: { events: true },
      });
      await tx.event.create({ data: { studyId, number, kind: 'epoch', data: { number } } });
    });
    await query('SELECT pg_notify($1, $2)', ['espalier_event', studyId]);
  }
}
