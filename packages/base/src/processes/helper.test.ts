import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { bytesInWords, openHelper, type Helper, type HelperOptions } from './index.js';
import type { TestFunctions } from './testing/helper.js';

function open(change: Partial<HelperOptions> = {}): Helper<TestFunctions> {
  const helper = openHelper<TestFunctions>({
    what: 'the helper',
    entry: new URL('./testing/helper.ts', import.meta.url),
    limits: { seconds: 120, memoryBytes: 2 ** 30 },
    ...change,
  });
  onTestFinished(() => helper.close());
  return helper;
}

/** A process that is gone takes no signal. */
const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('a helper', () => {
  it('answers from another process, which has no secrets, and throws what is thrown there', async () => {
    vi.stubEnv('HF_TOKEN', 'secret');
    vi.stubEnv('DATABASE_URL', 'secret');
    onTestFinished(() => void vi.unstubAllEnvs());
    const helper = open();
    expect(await helper.ask(({ echo }) => echo('text'))).toBe('text');
    expect(await helper.ask(({ pid }) => pid())).not.toBe(process.pid);
    const names = await helper.ask(({ environment }) => environment());
    expect(names).toContain('PATH');
    expect(names).not.toContain('HF_TOKEN');
    expect(names).not.toContain('DATABASE_URL');
    await expect(helper.ask(({ fail }) => fail())).rejects.toThrow('no');
  });

  it('is killed where an answer takes too long, and starts again for the next question', async () => {
    const helper = open();
    const pid = await helper.ask((functions) => functions.pid());
    const spinning = helper.ask(({ spin }) => spin() as Promise<never>, { seconds: 0.5 });
    const beside = helper.ask(({ echo }) => echo('beside'));
    await expect(spinning).rejects.toThrow('the helper took more than 0.5 seconds');
    await expect(beside).rejects.toThrow('the helper was ended, because another request took too long');
    await expect.poll(() => isThere(pid), { timeout: 300_000 }).toBe(false);
    expect(await helper.ask(({ echo }) => echo('again'))).toBe('again');
  });

  it.runIf(process.platform === 'linux')('is killed where it takes too much memory of any kind', async () => {
    const helper = open({ limits: { seconds: 120, memoryBytes: 400 * 2 ** 20 } });
    await expect(helper.ask(({ take }) => take(600 * 2 ** 20))).rejects.toMatchObject({
      kind: 'limit',
      message: 'the helper took more than 400 MiB of memory',
    });
  });

  it('that crashes says so, and one that is told to stop ends', async () => {
    const helper = open();
    await expect(helper.ask(({ crash }) => Promise.resolve(crash()))).rejects.toMatchObject({
      kind: 'ended',
      message: 'the helper crashed (SIGSEGV)',
    });
    const stop = new AbortController();
    const pid = await helper.ask((functions) => functions.pid());
    const spinning = helper.ask(({ spin }) => spin() as Promise<never>, { signal: stop.signal });
    stop.abort(new Error('stop'));
    await expect(spinning).rejects.toThrow('stop');
    await expect.poll(() => isThere(pid), { timeout: 300_000 }).toBe(false);
  });

  it('ends when nothing was asked for a while', async () => {
    const helper = open({ idle: 50 });
    const pid = await helper.ask((functions) => functions.pid());
    await expect.poll(() => isThere(pid), { timeout: 300_000 }).toBe(false);
    await sleep(100);
    expect(await helper.ask((functions) => functions.pid())).not.toBe(pid);
  });
});

it('bytes in words', () => {
  expect([1, 1023, 2 ** 20, 1.5 * 2 ** 30].map(bytesInWords)).toEqual([
    '1 bytes',
    '1023 bytes',
    '1 MiB',
    '1.5 GiB',
  ]);
});

describe('a failure that reaches nobody', () => {
  const run = (...args: readonly string[]) =>
    spawnSync(
      process.execPath,
      ['--conditions=@espalier/source', `--import=${import.meta.resolve('tsx')}`, strays, ...args],
      { encoding: 'utf8' },
    );
  const strays = fileURLToPath(new URL('./testing/strays.ts', import.meta.url));

  it.each(['promise', 'listener'])('ends a process in one sentence: %s', (where) => {
    expect(run('end', where)).toMatchObject({
      status: 1,
      stdout: '',
      stderr: 'RangeError: it was damaged\n',
    });
  });

  it('of a promise is told by a server, which goes on', () => {
    const { status, stdout, stderr } = run('tell', 'promise');
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'went on' });
    expect(stderr).toMatch(/^told: it was damaged/);
    expect(run('tell', 'listener')).toMatchObject({ status: 1, stdout: '' });
  });
});
