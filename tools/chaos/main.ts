import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { AppRouter } from '@espalier/api';
import type { Blobs } from '@espalier/blobs';
import { writePictures } from '@espalier/data/testing';
import { createRandom, type Random } from '@espalier/base/random';
import { openPredictor, predictEach, type Score } from '@espalier/runner';
import { localProject, openStore, type Database } from '@espalier/store';
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import { faultsAfterCrashes, faultsOf } from './check.js';
import { withLosses } from './copies.js';
import { gather, type Evidence } from './evidence.js';
import { CHILD, startPlatform, type Platform, type Store } from './platform.js';

/**
 * Studies on a PostgreSQL server with three workers, through which one to three processes at random
 * (workers, the server, PostgreSQL, the processes that train), sometimes two at once, are killed by
 * kill -9 at random moments. Each study has to end as one did through which nothing was killed, number
 * by number and byte by byte. Before the first kill, losses are planted into copies: each has to be seen.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});

/** Longer no study may take. */
const ROUND_SECONDS = 900;

const search = {
  backbones: ['vision-mini'],
  sampler: 'random' as const,
  pruner: 'none' as const,
  space: {
    freezeDepth: { kind: 'choices' as const, values: [7, 8] },
    augmentation: { kind: 'choices' as const, values: ['none'] },
    batch: { kind: 'choices' as const, values: [16] },
  },
  validation: 0.2,
  test: 0.2,
  training: { patience: null },
  budget: { trials: 4, epochs: 25 },
  baseline: false,
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

/** Describes the reason why a study does not end. */
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
    // Every third time two at once.
    const victims = random.shuffle(platform.victims).slice(0, random.integer(3) === 0 ? 2 : 1);
    for (const victim of victims) platform.kill(victim);
    killed.push(`${victims.join(' and ')} at ${moment.toFixed(1)} s`);
    await sleep(1000 * random.uniform());
    for (const victim of victims) await platform.revive(victim);
  }
  return killed;
}

/** Asks the server to classify a picture. */
async function predicted({ url }: Platform, modelId: string, picture: string): Promise<unknown> {
  const body = await readFile(picture);
  return asked(async () => {
    const response = await fetch(`${url}/api/models/${modelId}/predict`, {
      method: 'POST',
      headers: { 'content-type': 'image/png' },
      body,
    });
    if (!response.ok) throw new Error(`the server answers ${response.status}: ${await response.text()}`);
    return rounded(((await response.json()) as { readonly labels: readonly Score[] }).labels);
  });
}

/** The same by the files in a copy of the blobs, of which no server knows. */
async function predictedFrom(blobs: Blobs, location: string, picture: string): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'espalier-chaos-model-'));
  try {
    const prefix = `${dirname(location)}/`;
    for (const name of ['model.onnx', 'preprocessing.json']) {
      await blobs.fetchTo(`${prefix}${name}`, join(folder, name));
    }
    const predictor = await openPredictor(folder);
    const bytes = await readFile(picture);
    const [outcome] = await predictEach(predictor, [{ id: 'picture', content: { kind: 'bytes', bytes } }]);
    await predictor.dispose();
    return outcome?.kind === 'predicted' ? rounded(outcome.labels) : outcome;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const rounded = (labels: readonly Score[]): unknown =>
  labels.map(({ label, probability }) => [label, probability.toFixed(5)]);

interface ChaosRun {
  readonly platform: Platform;
  readonly database: Database;
  readonly submit: (name: string) => Promise<string>;
  readonly evidenceOf: (studyId: string) => Promise<Evidence>;
  /** Of which all else is. */
  readonly picture: string;
  readonly random: Random;
}

/** Whether every loss that is planted into a copy is seen, and nothing where there is none. */
async function seesLosses(
  { platform, picture }: ChaosRun,
  studyId: string,
  calm: Evidence,
): Promise<boolean> {
  const { place } = platform.blobs;
  // Copies are made of a folder.
  if (place.kind !== 'folder') return true;
  const original = {
    url: platform.database.url,
    folder: place.folder,
    predict: (blobs: Blobs) => (model: { readonly location: string }) =>
      predictedFrom(blobs, model.location, picture),
  };
  const acknowledged = platform.acknowledged.filter((one) => one.studyId === studyId);
  let seen = true;
  for await (const { name, evidence } of withLosses(original, studyId)) {
    const faults = faultsOf(evidence, calm, acknowledged);
    const right = name === 'nothing' ? faults.length === 0 : faults.length > 0;
    if (!right) seen = false;
    console.log(`  ${right ? 'seen' : 'NOT SEEN'}: ${name} lost; ${short(faults)}`);
  }
  return seen;
}

const short = (faults: readonly string[]): string =>
  faults.length === 0 ? 'no fault' : faults.map((fault) => fault.slice(0, 120)).join('; ');

/** Rounds on one platform; gives how many failed. */
async function rounds(session: ChaosRun, store: Store, count: number): Promise<number> {
  const { platform, database, submit, evidenceOf, random } = session;
  const calm = await submit(`Calm on ${store}`);
  const seconds = await ended(database, calm);
  const expected = await evidenceOf(calm);
  if (expected.state !== 'finished')
    throw new Error(`nothing was killed, and it is ${JSON.stringify(expected)}`);
  const trials = Object.keys(expected.trials).length;
  console.log(`${store}, without kills: ${trials} trials in ${seconds.toFixed(1)} s`);
  let failed = (await seesLosses(session, calm, expected)) ? 0 : 1;
  // The first study may have found the machine busy: what comes after the end kills nothing of it.
  let pace = seconds;
  for (let round = 1; round <= count; round++) {
    const studyId = await submit(`Round ${round} on ${store}`);
    const [killed, took] = await Promise.all([havoc(platform, random, pace), ended(database, studyId)]);
    const mine = platform.acknowledged.filter((one) => one.studyId === studyId);
    const crashes = killed.join(' ').split(CHILD).length - 1;
    const found = await asked(() => evidenceOf(studyId));
    const faults = faultsAfterCrashes(found, expected, { acknowledged: mine, crashes });
    pace = Math.min(pace, took);
    if (faults.length > 0) failed++;
    const said =
      faults.length === 0 ? 'right' : `WRONG: ${faults.map((fault) => fault.slice(0, 300)).join('; ')}`;
    console.log(`${store} ${round}: ${said} after ${took.toFixed(1)} s; killed ${killed.join(', ')}`);
  }
  return failed;
}

async function onPlatform(store: Store, count: number, random: Random): Promise<number> {
  const platform = await startPlatform(store);
  const pictures = join(platform.root, 'pictures');
  await writePictures(pictures, 15);
  const database = await openStore({ kind: 'server', url: platform.database.url });
  const blobs = platform.blobs.open();
  try {
    const projectId = await localProject(database);
    const { id: datasetId } = await asked(() =>
      api(platform).datasets.register.mutate({ projectId, name: 'Pictures', path: pictures }),
    );
    const picture = join(pictures, 'stripes', '0.png');
    const predict = ({ id }: { readonly id: string }) => predicted(platform, id, picture);
    return await rounds(
      {
        ...{ platform, database, picture, random },
        submit: (name) =>
          asked(async () => (await api(platform).studies.create.mutate({ datasetId, name, search })).id),
        evidenceOf: (studyId) => gather({ database, blobs, predict }, studyId),
      },
      store,
      count,
    );
  } finally {
    blobs.close();
    await database.close().catch(() => undefined);
    await platform.close();
  }
}

async function main(): Promise<number> {
  const count = Number(values.rounds);
  const random = createRandom(Number(values.seed), 'chaos');
  console.log(`${count} rounds, seed ${values.seed}`);
  // Half of the rounds have their files in a folder, half on S3.
  const failed =
    (await onPlatform('folder', Math.ceil(count / 2), random)) +
    (await onPlatform('s3', Math.floor(count / 2), random));
  console.log(failed === 0 ? 'all passed' : `${failed} failed`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
