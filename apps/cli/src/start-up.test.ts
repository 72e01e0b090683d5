import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { z } from 'zod';
import { espalier } from './testing/cli.js';

const root = mkdtempSync(join(tmpdir(), 'espalier-start-up-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const coverage = z.object({ result: z.array(z.object({ url: z.string() })) });

/** The files that a command line evaluates, which V8 lists for every process, by their sources. */
async function filesOf(...args: string[]): Promise<readonly string[]> {
  const folder = mkdtempSync(join(root, 'evaluated-'));
  const { code, err } = await espalier(args, root, { NODE_V8_COVERAGE: folder });
  expect(err).toBe('');
  expect(code).toBe(0);
  const evaluated = readdirSync(folder).flatMap(
    (name) => coverage.parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))).result,
  );
  return evaluated
    .filter(({ url }) => url.startsWith('file:'))
    .map(({ url }) => relative(repository, fileURLToPath(url)))
    .map((path) => path.replace(/\/dist\/(.*)\.js$/, '/src/$1.ts'));
}

const owner = /^(?:node_modules|apps|plugins|packages\/(?:serve|learn|graph|extend)|packages)\/[^/]+/;

/** Whose files they are: a package of npm by its name, our own by their folder. */
const ownersOf = (files: readonly string[]): readonly string[] => [
  ...new Set(files.map((path) => owner.exec(path)?.[0] ?? path)),
];

/** None of them computes, parses a format, opens a database or serves. */
const light = [
  'apps/cli',
  'node_modules/birpc',
  'node_modules/commander',
  'packages/graph/onnx',
  'packages/base',
  'packages/learn/report',
  'packages/sdk',
  'packages/learn/study',
];

it.each([['--version'], ['--help'], ['help']])(
  '%s loads no command and nothing that one needs',
  async (arg) => {
    const files = await filesOf(arg);
    expect(files).toContain('apps/cli/src/program.ts');
    expect(ownersOf(files).filter((owner) => !light.includes(owner))).toEqual([]);
    expect(files.filter((path) => /^packages\/(graph|learn|sdk)\//.test(path)).toSorted()).toEqual([
      'packages/graph/onnx/src/runtime/reason.ts',
      'packages/learn/report/src/format.ts',
      'packages/learn/study/src/scientific.ts',
      'packages/sdk/src/version.ts',
    ]);
    const commands = files.filter((path) => path.startsWith('apps/cli/src/commands/')).toSorted();
    expect(commands).toEqual(
      ['complete', 'declare', 'registry'].map((name) => `apps/cli/src/commands/${name}.ts`),
    );
  },
);

it('the help of a command loads that command and no other', async () => {
  const files = await filesOf('predict', '--help');
  const commands = files.filter((path) => path.startsWith('apps/cli/src/commands/')).toSorted();
  expect(commands).toEqual(
    ['complete', 'declare', 'predict', 'registry'].map((name) => `apps/cli/src/commands/${name}.ts`),
  );
});
