import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { nodeFlags, whyEnded, withoutSecrets } from '@espalier/processes';
import { version } from '@espalier/sdk';
import { tellSchema, type Ask } from './messages.js';
import { checkNames } from './suite.js';

/** What became of one check. */
export interface CheckOutcome {
  readonly name: string;
  /** `skipped` where an earlier one left nothing to try it on. */
  readonly state: 'passed' | 'failed' | 'skipped';
  /** Why it failed, for people; null for the others. */
  readonly reason: string | null;
}

export interface CheckReport {
  /** Espalier's, whose suite it was. */
  readonly version: string;
  /** In the order of {@link checkNames}. */
  readonly checks: readonly CheckOutcome[];
}

export interface CheckOptions {
  readonly signal?: AbortSignal;
  /** Most seconds of all checks together; ten minutes by default. */
  readonly seconds?: number;
  /** Of Node; those of this process by default. */
  readonly execArgv?: readonly string[];
}

const USUAL_SECONDS = 600;
/** What a process says last is why it ended. */
const LONGEST_OUTPUT = 4_000;
/** Engines print whole graphs. */
const LONGEST_REASON = 1_000;

/** From the sources and from dist/ alike. */
const entry = new URL(`./child${extname(import.meta.url)}`, import.meta.url);

/**
 * The conformance suite on a backbone, in a process of its own.
 *
 * @param reference a name, `hf:owner/name`, or an absolute path
 * @returns every check; what ended the process is why the one under way failed
 * @throws the signal's reason; an Error where no process can be started
 */
export async function checkInChild(reference: string, options: CheckOptions = {}): Promise<CheckReport> {
  const folder = await mkdtemp(join(tmpdir(), 'espalier-check-'));
  try {
    options.signal?.throwIfAborted();
    return { version, checks: complete(await followed({ reference, folder }, options)) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Followed {
  readonly outcomes: ReadonlyMap<string, CheckOutcome>;
  /** Why the process ended before it was done; null where it was done. */
  readonly ended: string | null;
}

async function followed(
  asked: Ask,
  { signal, seconds = USUAL_SECONDS, execArgv = nodeFlags(process.execArgv) }: CheckOptions,
): Promise<Followed> {
  const child = fork(entry, {
    execArgv: [...execArgv],
    env: withoutSecrets(process.env),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const kill = (): void => void child.kill('SIGKILL');
  signal?.addEventListener('abort', kill, { once: true });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    kill();
  }, 1000 * seconds);
  try {
    child.send(asked, () => undefined);
    const { outcomes, ended } = await heard(child);
    signal?.throwIfAborted();
    const why = late ? `the checks took more than ${seconds} seconds together` : ended;
    return { outcomes, ended: ended === null ? null : why };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', kill);
    kill();
  }
}

/** What a process says until it ends. */
async function heard(child: ChildProcess): Promise<Followed> {
  const outcomes = new Map<string, CheckOutcome>();
  let [output, done] = ['', false];
  child.stderr?.on(
    'data',
    (chunk: Buffer) => (output = `${output}${chunk.toString()}`.slice(-LONGEST_OUTPUT)),
  );
  child.on('message', (message) => {
    const { data: told } = tellSchema.safeParse(message);
    if (told?.kind === 'done') done = true;
    if (told?.kind === 'passed') outcomes.set(told.name, { name: told.name, state: 'passed', reason: null });
    if (told?.kind === 'failed') outcomes.set(told.name, failed(told.name, told.reason));
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { outcomes, ended: done ? null : whyEnded('its process', { code, signal, output }) };
}

const failed = (name: string, reason: string): CheckOutcome => ({
  name,
  state: 'failed',
  reason: reason.slice(0, LONGEST_REASON),
});

/** All checks: the first one without an outcome was under way when the process ended. */
function complete({ outcomes, ended }: Followed): CheckOutcome[] {
  const underWay = ended === null ? undefined : checkNames.find((name) => !outcomes.has(name));
  return checkNames.map((name) => {
    if (name === underWay) return failed(name, ended as string);
    return outcomes.get(name) ?? { name, state: 'skipped', reason: null };
  });
}
