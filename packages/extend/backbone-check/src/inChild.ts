import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { startProcess, withoutSecrets } from '@espalier/base/processes';
import { version } from '@espalier/sdk';
import { tellSchema, type CheckRequest } from './messages.js';
import { checkNames } from './suite.js';

/** Outcome of one check. */
export interface CheckOutcome {
  readonly name: string;
  /** `skipped` where an earlier one left nothing to try it on. */
  readonly state: 'passed' | 'failed' | 'skipped';
  /** Reason for the failure, for people; null for the other states. */
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
  /** Of Node; those that fit by default. */
  readonly execArgv?: readonly string[];
}

const USUAL_SECONDS = 600;
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
  /** Reason why the process ended early; null if it completed the checks. */
  readonly ended: string | null;
}

async function followed(
  asked: CheckRequest,
  { signal, seconds = USUAL_SECONDS, execArgv }: CheckOptions,
): Promise<Followed> {
  const child = startProcess({
    ...{ what: 'its process', entry, env: withoutSecrets(process.env), limits: { seconds } },
    ...(execArgv !== undefined && { execArgv }),
  });
  const kill = (): void => child.kill();
  signal?.addEventListener('abort', kill, { once: true });
  try {
    const outcomes = new Map<string, CheckOutcome>();
    let done = false;
    child.onMessage((message) => {
      const { data: told } = tellSchema.safeParse(message);
      if (told?.kind === 'done') done = true;
      if (told?.kind === 'passed')
        outcomes.set(told.name, { name: told.name, state: 'passed', reason: null });
      if (told?.kind === 'failed') outcomes.set(told.name, failed(told.name, told.reason));
    });
    child.send(asked);
    const { why, exceeded } = await child.ended;
    signal?.throwIfAborted();
    const late = exceeded === null ? why : `the checks took ${exceeded} together`;
    return { outcomes, ended: done ? null : late };
  } finally {
    signal?.removeEventListener('abort', kill);
    kill();
  }
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
