import { expect, it } from 'vitest';
import { ProcessEndedError } from '../errors.js';
import { startStudyProcess } from './process.js';
import { compiledChild } from '../testing/fixtures.js';

it('tells of a process that is killed while it is spoken to by its end, and can be killed again', async () => {
  const study = startStudyProcess('study', compiledChild);
  process.kill(study.pid, 'SIGSTOP');
  const asked = Array.from({ length: 50 }, () => study.run.plan());
  const stopped = study.stop();
  process.kill(study.pid, 'SIGKILL');
  const answers = await Promise.allSettled([...asked, study.run.plan()]);
  for (const answer of answers) {
    expect(answer).toMatchObject({ status: 'rejected', reason: expect.any(ProcessEndedError) });
  }
  await stopped;
  await study.kill();
});

it('says so where a process cannot be started', async () => {
  const { execPath } = process;
  process.execPath = '/nowhere/node';
  const study = startStudyProcess('study', compiledChild);
  process.execPath = execPath;
  await expect(study.run.plan()).rejects.toThrow(/cannot be started .*ENOENT/);
  await study.kill();
});

it('of a process that died between two tasks says how it ended, and that another one is needed', async () => {
  const study = startStudyProcess('study', compiledChild);
  expect(study.hasEnded()).toBe(false);
  process.kill(study.pid, 'SIGKILL');
  await expect.poll(() => study.hasEnded()).toBe(true);
  await expect(study.run.plan()).rejects.toThrow(
    'the training process was killed, perhaps because memory ran out',
  );
});
