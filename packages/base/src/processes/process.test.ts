import { expect, it } from 'vitest';
import { startProcess, type ProcessOptions } from './index.js';

/** A process that waits for questions. */
const start = (change: Partial<ProcessOptions> = {}) =>
  startProcess({
    what: 'the process',
    entry: new URL('./testing/helper.ts', import.meta.url),
    env: process.env,
    ...change,
  });

it('a process that takes too long is killed, and the limit is named', async () => {
  const child = start({ limits: { seconds: 0.2 } });
  expect(await child.ended).toMatchObject({ exceeded: 'more than 0.2 seconds' });
  // Nobody is there any more.
  child.send('a question');
  child.kill();
});

it('a process that ends by itself says how, and passed no limit', async () => {
  const flags = [
    '--import=data:text/javascript,process.stderr.write("RangeError: it is damaged\\n"); process.exitCode = 3; process.disconnect()',
  ];
  expect(
    await start({
      entry: new URL('../../dist/processes/testing/helper.js', import.meta.url),
      execArgv: flags,
    }).ended,
  ).toEqual({
    why: 'the process ended with code 3 (RangeError: it is damaged)',
    exceeded: null,
  });
});

it('a process that is killed was not beyond a limit that nobody set', async () => {
  const child = start();
  expect(child.pid).toBeGreaterThan(0);
  child.kill();
  expect(await child.ended).toEqual({
    why: 'the process was killed, perhaps because memory ran out',
    exceeded: null,
  });
});
