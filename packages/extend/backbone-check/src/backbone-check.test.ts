import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeTinyNetwork } from '@espalier/conformance';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkInChild, checkNames, type CheckOptions } from './index.js';

const execArgv = ['--conditions=@espalier/source', `--import=${import.meta.resolve('tsx')}`];
const check = (reference: string, options: CheckOptions = {}) =>
  checkInChild(reference, { execArgv, ...options });

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'espalier-backbone-check-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Makes the Node options of a process that runs a script before its checks. */
function sabotage(script: string): readonly string[] {
  const path = join(temporaryFolder(), 'sabotage.mjs');
  writeFileSync(path, script);
  return [...execArgv, `--import=${path}`];
}

const [first, second, ...rest] = checkNames;
const skipped = (names: readonly (string | undefined)[]) =>
  names.map((name) => ({ name, state: 'skipped', reason: null }));

describe('a check of a backbone', () => {
  it('passes one that comes along', async () => {
    const { version, checks } = await check('vision-mini');
    expect(version).toMatch(/^\d+\.\d+\.\d+/);
    expect(checks).toEqual(checkNames.map((name) => ({ name, state: 'passed', reason: null })));
    expect(checks.length).toBeGreaterThan(5);
  });

  it('says which checks a broken one fails, and makes those behind them', async () => {
    const folder = temporaryFolder();
    await writeTinyNetwork(join(folder, 'model.onnx'));
    // It makes nearly nothing of any picture.
    const normalisation = { scale: 1, mean: [0, 0, 0], std: [1e30, 1e30, 1e30] };
    writeFileSync(join(folder, 'espalier.json'), JSON.stringify({ preprocessing: { normalisation } }));
    const { checks } = await check(folder);
    const outcomeOf = (part: RegExp) => checks.find(({ name }) => part.test(name));
    expect(outcomeOf(/tell examples apart/)).toMatchObject({
      state: 'failed',
      reason: 'two different examples have the same features',
    });
    for (const part of [/^loads the same/, /exports a model/])
      expect(outcomeOf(part)).toMatchObject({ state: 'passed', reason: null });
    expect(checks.filter(({ state }) => state === 'skipped')).toEqual([]);
  });

  it.each([
    ['there is none', 'nothing-like-this', /there is no backbone 'nothing-like-this'/],
    ['its file is gone', '/nothing/model.onnx', /there is no backbone '\/nothing\/model.onnx'/],
  ])('says why one cannot be found: %s', async (_, reference, reason) => {
    const { checks } = await check(reference);
    expect(checks[0]).toEqual({ name: first, state: 'failed', reason: expect.stringMatching(reason) });
    expect(checks.slice(1)).toEqual(skipped([second, ...rest]));
  });
});

describe('a process that ends early', () => {
  it.each([
    ['is killed', "process.kill(process.pid, 'SIGKILL')", /was killed, perhaps because memory ran out/],
    ['throws', "throw new TypeError('it is broken')", /ended with code 1 \(TypeError: it is broken\)/],
    ['aborts', 'process.abort()', /crashed \(SIGABRT\)/],
  ])('is a check that failed where it %s', async (_, script, reason) => {
    const { checks } = await check('vision-mini', { execArgv: sabotage(script) });
    expect(checks[0]).toEqual({ name: first, state: 'failed', reason: expect.stringMatching(reason) });
    expect(checks.slice(1)).toEqual(skipped([second, ...rest]));
  });

  it('is the check under way where memory runs out in it', async () => {
    const script = `
      const send = process.send.bind(process);
      process.send = (message, ...more) => {
        send(message, ...more);
        const kept = [];
        if (message.kind === 'passed') for (;;) kept.push(new Array(1e6).fill(kept.length));
      };`;
    const options = { execArgv: [...sabotage(script), '--max-old-space-size=128'] };
    const { checks } = await check('vision-mini', options);
    expect(checks.filter(({ state }) => state === 'failed')).toEqual([
      { name: second, state: 'failed', reason: 'its process ran out of memory' },
    ]);
    expect(checks.slice(2)).toEqual(skipped(rest));
  });

  it('is a check that took too long, at the end of its time', async () => {
    const execArgvOfSleeper = sabotage('await new Promise((resolve) => setTimeout(resolve, 60_000));');
    const { checks } = await check('vision-mini', { execArgv: execArgvOfSleeper, seconds: 0.2 });
    expect(checks[0]?.reason).toBe('the checks took more than 0.2 seconds together');
  });

  it('is the end of it all where the caller wants it', async () => {
    const stop = new AbortController();
    const running = check('vision-mini', { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
  });
});
