import { spawn, type ChildProcess } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { get } from 'node:http';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { journalPath } from '@espalier/study/folder';
import { headerOf } from '@espalier/study/testing';
import { trackStudy } from '@espalier/store';
import { chromium } from 'playwright-core';

/**
 * A server with one large study: how fast it comes in, how fast its page shows something, how soon all
 * who follow it hear of an update, and whether the server's memory stays where it is.
 * Usage: node tools/dist/bench/server.js [--trials 10000] [--followers 200] [--minutes 2]
 */
const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '10000' },
    followers: { type: 'string', default: '200' },
    minutes: { type: 'string', default: '2' },
  },
});
const [trials, followers, minutes] = [values.trials, values.followers, values.minutes].map(Number) as [
  number,
  number,
  number,
];

const root = mkdtempSync(join(tmpdir(), 'espalier-server-bench-'));
const [store, study] = [join(root, 'store'), join(root, 'study')];
const line = (event: object): string => `${JSON.stringify({ elapsed: 1, ...event })}\n`;
const epoch = (number: number, at: number): string =>
  line({
    type: 'epoch',
    number,
    record: {
      epoch: at,
      trainLoss: 1 / at,
      validationLoss: 1 / at,
      metrics: { accuracy: ((number * 7919 + at) % 997) / 997 },
      learningRate: 1e-3,
      seconds: 1,
    },
  });

function writeStudy(): void {
  mkdirSync(study);
  const lines = [line(headerOf(new Date().toISOString(), [0, 1, 2, 3]))];
  for (let number = 0; number < trials; number++) {
    const configuration = {
      backbone: 'tiny',
      values: { freezeDepth: number % 4, learningRate: 1e-4 * 10 ** ((number % 200) / 100) },
    };
    lines.push(line({ type: 'trial-started', number, configuration }), epoch(number, 1), epoch(number, 2));
    lines.push(line({ type: 'trial-ended', number, status: 'complete', reason: 'all epochs' }));
  }
  writeFileSync(journalPath(study), lines.join(''));
}

async function startServer(): Promise<{ child: ChildProcess; url: string }> {
  const cli = fileURLToPath(new URL('../../../apps/cli/bin/espalier.js', import.meta.url));
  const child = spawn(process.execPath, [cli, 'start', '--port', '0', '--store', store], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  for await (const text of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    const url = /at (http\S+);/.exec(text)?.[1];
    if (url !== undefined) return { child, url };
  }
  throw new Error('the server did not start');
}

async function call(url: string, path: string, input: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}/api/trpc/${path}?input=${encodeURIComponent(JSON.stringify(input))}`);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { result: { data: Record<string, unknown> } }).result.data;
}

interface Listed {
  readonly id: string;
  readonly trials: number;
}

async function untilThere(url: string): Promise<string> {
  for (;;) {
    const { items } = (await call(url, 'studies.list', {})) as { items: Listed[] };
    const [found] = items;
    if (found?.trials === trials) {
      const { lastEvent } = (await call(url, 'studies.get', { id: found.id })) as { lastEvent: number };
      if (lastEvent > 4 * trials) return found.id;
    }
    await sleep(200);
  }
}

const megabytesOf = ({ pid }: ChildProcess): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? NaN) / 1024;

/** Follows a study; tells of each event's number. A stream that the server ends is begun again behind it. */
function follow(url: string, id: string, lastEventId: string, hear: (number: number) => void): () => void {
  let last = lastEventId;
  let stopped = false;
  let stop = (): void => undefined;
  const connect = (): void => {
    const input = encodeURIComponent(JSON.stringify({ id, lastEventId: last }));
    const request = get(`${url}/api/trpc/studies.events?input=${input}`, (response) => {
      const lines = createInterface({ input: response });
      lines.on('line', (text) => {
        const number = /^id: (\d+)/.exec(text)?.[1];
        if (number === undefined) return;
        last = number;
        hear(Number(number));
      });
      // It is cut off at the end.
      lines.on('error', () => undefined);
    });
    request.on('error', () => undefined);
    request.on('close', () => {
      if (!stopped) setTimeout(connect, 100);
    });
    stop = () => void request.destroy();
  };
  connect();
  return () => {
    stopped = true;
    stop();
  };
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] as number;

async function pageMilliseconds(url: string, id: string): Promise<number> {
  const executablePath = '/usr/bin/chromium';
  if (!existsSync(executablePath)) return NaN;
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    const page = await browser.newPage();
    const began = performance.now();
    await page.goto(`${url}/studies/${id}`, { waitUntil: 'commit' });
    await page.getByRole('region', { name: 'Leaderboard' }).getByRole('link').first().waitFor();
    times.push(performance.now() - began);
    await page.close();
  }
  await browser.close();
  return median(times);
}

/** Milliseconds from an update in the journal until the last follower has it, and the memory meanwhile. */
async function updates(
  server: { readonly child: ChildProcess; readonly url: string },
  id: string,
): Promise<{ times: number[]; memory: number[] }> {
  const { lastEvent } = (await call(server.url, 'studies.get', { id })) as { lastEvent: number };
  const heard = new Array<number>(followers).fill(lastEvent);
  const stops = heard.map((_, i) =>
    follow(server.url, id, String(lastEvent), (number) => {
      heard[i] = number;
    }),
  );
  await sleep(2000);
  const [times, memory]: [number[], number[]] = [[], []];
  const end = performance.now() + 60_000 * minutes;
  for (let round = 1; performance.now() < end; round++) {
    const began = performance.now();
    appendFileSync(journalPath(study), epoch(trials - 1, 2 + round));
    const goal = lastEvent + round;
    while (Math.min(...heard) < goal) {
      if (performance.now() - began > 30_000) throw new Error('an update did not come to all');
      await sleep(5);
    }
    times.push(performance.now() - began);
    memory.push(megabytesOf(server.child));
    await sleep(500);
  }
  for (const stop of stops) stop();
  return { times, memory };
}

writeStudy();
await trackStudy({ kind: 'folder', folder: store }, study);
const began = performance.now();
const server = await startServer();
const opened = performance.now();
try {
  const id = await untilThere(server.url);
  const inSeconds = (performance.now() - opened) / 1000;
  const page = await pageMilliseconds(server.url, id);
  const { times, memory } = await updates(server, id);
  const half = Math.floor(memory.length / 2);
  console.log(
    `${cpus().length} cores, ${cpus()[0]?.model}; ${trials} trials, ${followers} followers, ${minutes} minutes`,
  );
  console.table({
    'server up, s': { value: ((opened - began) / 1000).toFixed(1), limit: 20 },
    'study comes in, s': { value: inSeconds.toFixed(1), limit: '' },
    'first content of its page, ms': { value: page.toFixed(0), limit: 1500 },
    'update at all followers, ms (median)': { value: median(times).toFixed(0), limit: 1000 },
    'update at all followers, ms (worst)': { value: Math.max(...times).toFixed(0), limit: 1000 },
    updates: { value: times.length, limit: '' },
    'memory, MB (median of the first half)': { value: median(memory.slice(0, half)).toFixed(0), limit: '' },
    'memory, MB (median of the second half)': { value: median(memory.slice(half)).toFixed(0), limit: 'flat' },
  });
} finally {
  server.child.kill('SIGINT');
  await sleep(1000);
  rmSync(root, { recursive: true, force: true });
}
