import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { writeTinyNetwork } from '@espalier/conformance';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateSurfaces } from '../surfaces/generate.js';
import { blocksOf } from './blocks.js';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** The plugin as the README of the interface shows it, compiled. */
function pluginOfReadme(): string {
  const page = readFileSync(join(checkout, 'packages', 'extend', 'transfer', 'README.md'), 'utf8');
  const shown = blocksOf(page).find(({ file }) => file === 'oaknet/src/index.ts');
  const code = shown?.pieces.map((piece) => piece.code).join('\n') ?? '';
  const { ESNext: module } = ts.ModuleKind;
  return ts.transpileModule(code, { compilerOptions: { module, target: ts.ScriptTarget.ES2023 } }).outputText;
}

const project = mkdtempSync(join(tmpdir(), 'espalier-oaknet-'));
afterAll(() => rmSync(project, { recursive: true, force: true }));

function write(path: string, content: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), content);
}

/** Runs the command in a project with the plugin installed, and returns its output. */
async function espalier(...args: readonly string[]): Promise<string> {
  const cli = join(checkout, 'apps', 'cli', 'bin', 'espalier.js');
  const folders = { ESPALIER_CACHE: join(project, 'cache'), ESPALIER_STORE: join(project, 'store') };
  const env = { ...process.env, ...folders, NODE_OPTIONS: '', NO_COLOR: '1' };
  const { stdout } = await run(process.execPath, [cli, ...args], { cwd: project, env });
  return stdout;
}

beforeAll(async () => {
  const place = 'node_modules/espalier-plugin-oaknet';
  const manifest = {
    name: 'espalier-plugin-oaknet',
    version: '0.1.0',
    type: 'module',
    keywords: ['espalier-plugin'],
    espalier: { interface: 1, backbones: ['oaknet-small'] },
    exports: './dist/index.js',
  };
  write('package.json', '{ "private": true }');
  write(`${place}/package.json`, JSON.stringify(manifest));
  write(`${place}/dist/index.js`, pluginOfReadme());
  await writeTinyNetwork(join(project, place, 'oaknet.onnx'), { size: 224 });
  symlinkSync(join(checkout, 'node_modules', '@espalier'), join(project, 'node_modules', '@espalier'));
  await generateSurfaces({ folder: join(project, 'pictures'), perClass: 12 });
});

describe("a plugin that is its README's example", () => {
  it('is found and does what every backbone has to', async () => {
    expect(await espalier('plugins', 'list')).toMatch(/espalier-plugin-oaknet .*oaknet-small .*usable/);
    expect(await espalier('plugins', 'check', 'oaknet-small')).toMatch(/oaknet-small passed every check/);
  });

  it('is searched with, and its model predicts', async () => {
    const small = ['--trials', '1', '--epochs', '1', '--no-baseline', '--out', 'found'];
    const said = await espalier('search', 'pictures', '--backbone', 'oaknet-small', ...small);
    expect(said).toMatch(/Answer: \S+ \(.+\), test accuracy/);
    // A model on its features, whatever answers best, reads pictures as the example says and by the defaults.
    await espalier('export', 'found', '--entry', 'probe-0', '--out', 'oaknet/model.onnx');
    const written = readFileSync(join(project, 'oaknet', 'model.onnx'), 'latin1');
    expect(written).toMatch(
      /"height":224,"width":224,"fit":"crop","cropFraction":0\.875,"interpolation":"linear"/,
    );
    expect(await espalier('predict', 'oaknet', 'pictures/pitted')).toMatch(/pitted-0000\.png/);
  });
});
