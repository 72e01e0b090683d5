import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { writePictures } from '@espalier/data/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
const blocks = [...readme.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code]) => code as string);

const tsx = import.meta.resolve('tsx');
const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'espalier-readme-'));
  await symlink(modules, join(root, 'node_modules'), 'junction');
  await writeFile(join(root, 'package.json'), '{ "type": "module" }');
  await writePictures(join(root, 'pictures'), 20);
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Runs a block as it is written, in a folder that holds the dataset; gives what it prints. */
async function run(code: string, name: string): Promise<string> {
  await writeFile(join(root, name), code);
  const args = [`--import=${tsx}`, name];
  const env = { ...process.env, ESPALIER_CACHE: join(root, 'cache'), NO_COLOR: '1' };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: root, env });
  expect(stderr).toBe('');
  return stdout;
}

/** What each block prints, in the README's order; a block may read what those before it wrote. */
const printed: readonly RegExp[] = [
  /^0 [\d.]+\n[\s\S]*\S.* [\d.]+ \S*results\/pictures\/model\.onnx\n$/,
  /^stopped: enough for today\n2 .+\.\n$/,
  /^(pictures\/spots\/\d+\.png (spots|stripes|plain) [\d.]+\n){20}21\n$/,
  /^0 (complete|pruned) .+ \d\n1 (complete|pruned) .+ \d\n[\d.]+ \[ 'plain', 'spots', 'stripes' \]\n[\s\S]*'vision-mini \(image\) bundled'/,
];

describe('the README', () => {
  it('has as many examples as are expected here', () => expect(blocks).toHaveLength(printed.length));

  it.each(printed.map((pattern, i) => [i + 1, pattern] as const))('example %i runs', async (n, pattern) => {
    expect(await run(blocks[n - 1] as string, `example-${n}.ts`)).toMatch(pattern);
  });
});
