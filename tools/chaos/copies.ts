import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBlobs, type Blobs } from '@espalier/blobs';
import { openStore, type Database } from '@espalier/store';
import { gather, type Evidence, type Services } from './evidence.js';

/** A loss that a check has to see, planted into a copy. */
export interface Loss {
  readonly name: string;
  readonly plant: (copy: Copy, studyId: string) => Promise<unknown>;
}

export interface Copy {
  readonly database: Database;
  readonly blobs: Blobs;
  readonly folder: string;
}

const results = (studyId: string): string => `studies/${studyId}/results`;
const text = (content: string): Uint8Array => new TextEncoder().encode(content);

export const losses: readonly Loss[] = [
  {
    name: 'an epoch',
    plant: async ({ database: { client } }, studyId) => {
      const [row] = await client.metric.findMany({ where: { trial: { studyId } }, take: 1 });
      if (row === undefined) throw new Error('there is no epoch to lose');
      const { trialId, epoch } = row;
      return client.metric.delete({ where: { trialId_epoch: { trialId, epoch } } });
    },
  },
  {
    name: 'a decision',
    plant: async ({ database: { client } }, studyId) => {
      const row = await client.decision.findFirstOrThrow({ where: { studyId } });
      return client.decision.delete({ where: { id: row.id } });
    },
  },
  {
    name: 'an event',
    plant: ({ database: { client } }, studyId) =>
      client.event.delete({ where: { studyId_number: { studyId, number: 2 } } }),
  },
  {
    name: 'the row of an artifact',
    plant: ({ database: { client } }, studyId) =>
      client.artifact.deleteMany({ where: { key: `${results(studyId)}/model.onnx` } }),
  },
  {
    name: 'the row of the model',
    plant: ({ database: { client } }, studyId) => client.model.deleteMany({ where: { studyId } }),
  },
  {
    name: 'a number of the report',
    plant: ({ database: { client } }, studyId) =>
      client.study.update({ where: { id: studyId }, data: { report: { version: 1 } } }),
  },
  {
    name: 'the preprocessing',
    plant: ({ blobs }, studyId) => blobs.remove(`${results(studyId)}/preprocessing.json`),
  },
  {
    name: 'a word of the preprocessing',
    plant: ({ blobs }, studyId) =>
      blobs.put(`${results(studyId)}/preprocessing.json`, text('{"kind":"image"}'), {
        contentType: 'application/json',
        overwrite: true,
      }),
  },
  {
    name: 'a bit of the model',
    plant: async ({ folder }, studyId) => {
      const place = join(folder, results(studyId));
      const name = readdirSync(place).find((one) => /^model\.onnx@(?!blob)/.test(one)) as string;
      const bytes = readFileSync(join(place, name));
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1;
      writeFileSync(join(place, name), bytes);
    },
  },
  {
    name: 'weights that nobody needs',
    plant: ({ blobs }, studyId) =>
      blobs.put(`studies/${studyId}/trial-9/weights-1`, text('left'), {
        contentType: 'application/octet-stream',
      }),
  },
  {
    name: 'a task that never ended',
    plant: async ({ database: { client } }, studyId) => {
      const row = await client.task.findFirstOrThrow({ where: { studyId } });
      return client.task.update({ where: { id: row.id }, data: { state: 'waiting' } });
    },
  },
];

export interface Original {
  /** Of the PostgreSQL server. */
  readonly url: string;
  /** Of the blobs. */
  readonly folder: string;
  readonly predict: (blobs: Blobs) => Services['predict'];
}

const withName = (url: string, name: string): string => Object.assign(new URL(url), { pathname: name }).href;

/** Plants each loss into a copy of its own of store and blobs; gives what is there then. */
export async function* withLosses(
  { url, folder, predict }: Original,
  studyId: string,
): AsyncGenerator<{ readonly name: string; readonly evidence: Evidence }> {
  const root = mkdtempSync(join(tmpdir(), 'espalier-chaos-copy-'));
  const run = (program: string, ...args: readonly string[]): void =>
    void execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  try {
    const dump = join(root, 'dump');
    run('pg_dump', '--format=custom', `--file=${dump}`, url);
    for (const [i, { name, plant }] of [
      { name: 'nothing', plant: () => Promise.resolve() },
      ...losses,
    ].entries()) {
      const copied = `copy_${i}`;
      run('psql', '--quiet', '--command', `CREATE DATABASE ${copied}`, url);
      run('pg_restore', '--no-owner', `--dbname=${withName(url, copied)}`, dump);
      const place = join(root, copied);
      cpSync(folder, place, { recursive: true });
      const database = await openStore({ kind: 'server', url: withName(url, copied) });
      const blobs = openBlobs({ kind: 'folder', folder: place });
      try {
        await plant({ database, blobs, folder: place }, studyId);
        yield { name, evidence: await gather({ database, blobs, predict: predict(blobs) }, studyId) };
      } finally {
        await database.close();
        rmSync(place, { recursive: true, force: true });
      }
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
