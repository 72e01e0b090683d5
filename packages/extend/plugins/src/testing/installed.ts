import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { ThreadProgram } from '../host.js';
import { openPlugins, type Plugins } from '../plugins.js';

/** The thread of a plugin, from the sources. */
export const sourceThread: ThreadProgram = {
  file: fileURLToPath(new URL('../source-thread.mjs', import.meta.url)),
  nodeOptions: ['--conditions=@espalier/source'],
};

export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'espalier-plugins-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Installs a plugin below a folder; `code` is its module. */
export function install(
  folder: string,
  name: string,
  {
    code = '',
    espalier = { interface: 1 },
    ...more
  }: { code?: string; espalier?: object; keywords?: unknown },
): void {
  const place = join(folder, 'node_modules', name);
  mkdirSync(place, { recursive: true });
  const content = {
    name,
    version: '1.2.3',
    type: 'module',
    keywords: ['espalier-plugin'],
    espalier,
    ...more,
  };
  writeFileSync(join(place, 'package.json'), JSON.stringify(content));
  writeFileSync(join(place, 'index.js'), code);
}

export interface Opened extends Plugins {
  /** Notes so far. */
  readonly told: string[];
}

/** @param taken names of backbones that come along */
export async function opened(folder: string, taken: readonly string[] = []): Promise<Opened> {
  const told: string[] = [];
  const tell = (text: string): number => told.push(text);
  const plugins = await openPlugins({ from: folder, tell, taken, program: sourceThread });
  onTestFinished(() => plugins.close());
  return { ...plugins, told };
}
