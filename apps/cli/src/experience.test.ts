import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { espalier } from './testing/cli.js';

let root: string;
beforeAll(async () => (root = await mkdtemp(join(tmpdir(), 'espalier-experience-'))));
afterAll(() => rm(root, { recursive: true, force: true }));

const rowOf = (study: string, gain: number): string =>
  JSON.stringify({
    ...{ version: 1, study: study.repeat(64), startedAt: '2026-01-01T00:00:00.000Z', task: 'classification' },
    dataset: { modality: 'image', examples: 1399, classes: 2 },
    backbone: { id: 'mobilenet', fingerprint: 'print' },
    objective: { name: 'accuracy', direction: 'maximise' },
    values: { freezeDepth: 3 },
    ...{ status: 'complete', start: 0.9, gain, epochs: 2, epochSeconds: 1, work: 1000 },
  });

it('experience is imported once, listed, exported and cleared', async () => {
  const environment = { ESPALIER_EXPERIENCE: join(root, 'own', 'experience.jsonl') };
  const run = (...args: string[]) => espalier(['experience', ...args], root, environment);
  expect((await run()).out).toMatch(/^No study has finished yet that later ones could learn from/);
  await writeFile(
    join(root, 'theirs.jsonl'),
    `${rowOf('a', 0.01)}\n${rowOf('a', 0.031)}\n${rowOf('b', -0.02)}\n`,
  );
  expect(await run('import', 'theirs.jsonl')).toMatchObject({
    code: 0,
    out: 'Added 3 trials of 2 studies.\n',
  });
  expect((await run('import', 'theirs.jsonl')).out).toBe(
    'Added 0 trials of 0 studies. 2 studies were there already.\n',
  );
  const { out } = await run('list');
  expect(out).toMatch(
    /│ aaaaaaaa │ 2026-01-01 │ 1,399 images +│ +2 │ mobilenet +│ +2 │ +3\.1 points of accuracy │/,
  );
  expect(out).toContain('3 trials of 2 studies in own/experience.jsonl');
  expect((await run('export', 'copy.jsonl')).out).toBe('Wrote 3 trials to copy.jsonl.\n');
  expect(await readFile(join(root, 'copy.jsonl'), 'utf8')).toBe(
    await readFile(join(root, 'theirs.jsonl'), 'utf8'),
  );
  expect((await run('clear')).out).toBe('Forgot 3 trials.\n');
  expect((await run('list', '--json')).out).toBe('');
});

it.each([
  [['import', 'bad.jsonl'], {}, 'espalier: Line 1 of bad.jsonl is no row of experience (it is no JSON)', 1],
  [['import', 'nothing.jsonl'], {}, 'there is no such file or folder', 1],
  [['list'], { ESPALIER_EXPERIENCE: 'none' }, 'espalier: No experience is kept here', 2],
] as const)('%j says what is wrong in a sentence', async (args, environment, message, exit) => {
  await writeFile(join(root, 'bad.jsonl'), 'no row\n');
  const own = { ESPALIER_EXPERIENCE: join(root, 'other.jsonl'), ...environment };
  const { code, err } = await espalier(['experience', ...args], root, own);
  expect(err).toContain(message);
  expect(err.trim().split('\n')).toHaveLength(1);
  expect(code).toBe(exit);
});
