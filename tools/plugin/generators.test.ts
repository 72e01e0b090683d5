import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { FsTree } from 'nx/src/generators/tree.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as generators from './generators.js';

const checkout = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const run = promisify(execFile);

/** A folder in the repository, where its packages are found, that is no part of it. */
function scratch(): string {
  const folder = join(checkout, 'tools', 'plugin', `generated-${process.pid}`);
  mkdirSync(folder);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes what a generator has changed below a folder; gives the paths of the rest. */
function flush(tree: FsTree, folder: string): string[] {
  const place = `${relative(checkout, folder)}/`;
  const elsewhere: string[] = [];
  for (const { path, content } of tree.listChanges()) {
    if (!path.startsWith(place)) elsewhere.push(path);
    else {
      mkdirSync(dirname(join(checkout, path)), { recursive: true });
      writeFileSync(join(checkout, path), content as Buffer);
    }
  }
  return elsewhere;
}

describe('the generators', () => {
  it('write plugins into the repository that compile and pass their tests', async () => {
    const folder = scratch();
    const kinds = ['backbone', 'reader', 'sampler', 'pruner'] as const;
    for (const kind of kinds) {
      const tree = new FsTree(checkout, false);
      const directory = relative(checkout, join(folder, kind));
      await generators[kind](tree, { name: `my-${kind}`, directory });
      expect(flush(tree, folder)).toEqual(['tsconfig.json']);
      const config = JSON.parse(tree.read('tsconfig.json', 'utf8') as string) as { references: object[] };
      expect(config.references.at(-1)).toEqual({ path: directory });
      const manifest: unknown = JSON.parse(readFileSync(join(folder, kind, 'package.json'), 'utf8'));
      expect(manifest).toMatchObject({
        name: `@espalier/plugin-my-${kind}`,
        keywords: ['espalier-plugin'],
        espalier: { interface: 1, [`${kind}s`]: [`my-${kind}`] },
      });
    }
    const tsc = join(checkout, 'node_modules', 'typescript', 'bin', 'tsc');
    const projects = kinds.map((kind) => join(folder, kind));
    await run(process.execPath, [tsc, '-b', ...projects], { cwd: checkout });
    for (const kind of kinds) expect(existsSync(join(folder, kind, 'dist', 'index.d.ts'))).toBe(true);
    const vitest = join(checkout, 'node_modules', 'vitest', 'vitest.mjs');
    const args = [vitest, 'run', '--reporter=json', relative(checkout, folder)];
    const { stdout } = await run(process.execPath, args, { cwd: checkout });
    expect(JSON.parse(stdout.slice(stdout.indexOf('{')))).toMatchObject({
      success: true,
      numTotalTestSuites: expect.any(Number),
      numPassedTests: 7 + 5 + 3 + 2,
    });
  });

  it('overwrite nothing outside', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'espalier-generated-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const asked = { name: 'mine', directory: join(folder, 'mine') };
    await generators.sampler(new FsTree(checkout, false), asked);
    const path = join(folder, 'mine', 'src', 'index.ts');
    writeFileSync(path, 'changed');
    await expect(generators.sampler(new FsTree(checkout, false), asked)).rejects.toThrow(/EEXIST|exists/);
    expect(readFileSync(path, 'utf8')).toBe('changed');
  });

  it('are those that nx is told of', () => {
    const { generators: listed } = JSON.parse(
      readFileSync(join(checkout, 'tools', 'generators.json'), 'utf8'),
    ) as { generators: Record<string, { factory: string; schema: string }> };
    expect(Object.keys(listed).sort()).toEqual(Object.keys(generators).sort());
    for (const [name, { factory, schema }] of Object.entries(listed)) {
      expect(factory).toBe(`./dist/plugin/generators.js#${name}`);
      expect(existsSync(join(checkout, 'tools', schema))).toBe(true);
    }
  });
});
