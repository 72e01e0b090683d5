import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { AppRouter } from '@espalier/api';
import { writePictures } from '@espalier/data/testing';
import { createRandom, type Random } from '@espalier/random';
import { localProject, openStore, type Database } from '@espalier/store';
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import { faultsOf, outcomeOf, type Outcome } from './check.js';
import { startPlatform, type Platform } from './platform.js';

/**
 * Studies on a PostgreSQL server with three workers, through which one to three processes at random
 * (workers, the server, PostgreSQL) are killed by kill -9 at random moments. Each study has to end as
 * one did through which nothing was killed, number by number.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});

/** Longer no study may take. */
const ROUND_SECONDS = 120;

const search = {
  backbones: ['vision-mini'],
  freezeDepths: [7, 8] as [number, ...number[]],
  sampler: 'random' as const,
  pruner: 'none' as const,
  augmentation: ['none'] as ['none'],
  validation: 0.2,
  test: 0.2,
  training: { batch: 16, patience: null },
  budget: { trials: 4, epochs: 25 },
  scratch: false,
};

const api = ({ url }: Platform) =>
  createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: `${url}/api/trpc` })] });

/** Asks until the server is there to answer. */
async function asked<T>(ask: () => Promise<T>): Promise<T> {
  for (let left = 300; ; left--) {
    try {
      return await ask();
    } catch (error) {
      if (left === 0) throw error;
      await sleep(200);
    }
  }
}

const OVER = ['finished', 'failed', 'cancelled'];

/** Waits until a study is over; gives how many seconds it took. */
async function ended(database: Database, studyId: string): Promise<number> {
  const began = performance.now();
  for (;;) {
    const row = await database.client.study.findUnique({ where: { id: studyId } }).catch(() => null);
    const seconds = (performance.now() - began) / 1000;
    if (row !== null && OVER.includes(row.state)) return seconds;
    if (seconds > ROUND_SECONDS) throw new Error(await standstill(database, studyId));
    await sleep(200);
  }
}

/** What a study waits for that does not end. */
async function standstill({ client }: Database, studyId: string): Promise<string> {
  const study = await client.study.findUniqueOrThrow({ where: { id: studyId }, include: { tasks: true } });
  const workers = await client.worker.findMany({ where: { stoppedAt: null } });
  const { state, reason, tasks } = study;
  return `a study has not ended after ${ROUND_SECONDS} s: ${JSON.stringify({ state, reason, tasks, workers }, null, 1)}`;
}

/** Kills and revives at random moments of so many seconds; gives what was killed. */
async function havoc(platform: Platform, random: Random, seconds: number): Promise<string[]> {
  const count = 1 + random.integer(3);
  const moments = Array.from({ length: count }, () => seconds * random.uniform()).sort((a, b) => a - b);
  const killed: string[] = [];
  let now = 0;
  for (const moment of moments) {
    await sleep(1000 * (moment - now));
    now = moment;
    const victim = random.pick(platform.victims);
    platform.kill(victim);
    killed.push(`${victim} at ${moment.toFixed(1)} s`);
    await sleep(1000 * random.uniform());
    await platform.revive(victim);
  }
  return killed;
}

async function main(): Promise<number> {
  const rounds = Number(values.rounds);
  const random = createRandom(Number(values.seed), 'chaos');
  console.log(`${rounds} rounds, seed ${values.seed}`);
  const platform = await startPlatform();
  const pictures = join(platform.root, 'pictures');
  await writePictures(pictures, 15);
  const database = await openStore({ kind: 'server', url: platform.database.url });
  let failed = 0;
  try {
    const projectId = await localProject(database);
    const { id: datasetId } = await asked(() =>
      api(platform).datasets.register.mutate({ projectId, name: 'Pictures', path: pictures }),
    );
    const submit = (name: string): Promise<string> =>
      asked(async () => (await api(platform).studies.create.mutate({ datasetId, name, search })).id);
    const calm = await submit('Calm');
    const seconds = await ended(database, calm);
    const expected: Outcome = await outcomeOf(database, calm);
    if (expected.state !== 'finished')
      throw new Error(`nothing was killed, and it is ${JSON.stringify(expected)}`);
    console.log(`without kills: ${Object.keys(expected.trials).length} trials in ${seconds.toFixed(1)} s`);
    for (let round = 1; round <= rounds; round++) {
      const studyId = await submit(`Round ${round}`);
      const [killed, took] = await Promise.all([havoc(platform, random, seconds), ended(database, studyId)]);
      const faults = await asked(() => faultsOf(database, studyId, expected, platform.acknowledged));
      if (faults.length > 0) failed++;
      const said =
        faults.length === 0 ? 'right' : `WRONG: ${faults.map((fault) => fault.slice(0, 300)).join('; ')}`;
      console.log(`${round}: ${said} after ${took.toFixed(1)} s; killed ${killed.join(', ')}`);
    }
  } finally {
    await database.close().catch(() => undefined);
    await platform.close();
  }
  console.log(`${rounds - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
