import { readdir, readFile, realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isPlugin, PLUGIN_KEYWORD, readManifest, type Manifest } from './manifest.js';

/** A package with the keyword, as it lies on the disk; nothing of it has run. */
export interface FoundPlugin {
  /** The npm package. */
  readonly name: string;
  readonly folder: string;
  readonly manifest: Manifest;
}

/**
 * Finds the plugins that are installed in `node_modules` of a folder or of one above it, as Node looks
 * for packages: the nearest of a name counts.
 */
export async function findPlugins(from: string): Promise<readonly FoundPlugin[]> {
  const found = new Map<string, FoundPlugin>();
  for (const folder of foldersAbove(resolve(from))) {
    const places = await packagesIn(join(folder, 'node_modules'));
    for (const plugin of await Promise.all(places.map(pluginAt))) {
      if (plugin !== null && !found.has(plugin.name)) found.set(plugin.name, plugin);
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function foldersAbove(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...foldersAbove(parent)];
}

/** Folders of the packages in a `node_modules`, those of scopes included. */
async function packagesIn(modules: string): Promise<string[]> {
  const names = await namesIn(modules);
  const scoped = names
    .filter((name) => name.startsWith('@'))
    .map(async (scope) => (await namesIn(join(modules, scope))).map((name) => join(modules, scope, name)));
  const plain = names.filter((name) => !name.startsWith('@')).map((name) => join(modules, name));
  return [...plain, ...(await Promise.all(scoped)).flat()];
}

async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  // `npm install <path>` makes a link.
  return entries
    .filter((entry) => !entry.name.startsWith('.') && (entry.isDirectory() || entry.isSymbolicLink()))
    .map(({ name }) => name);
}

async function pluginAt(place: string): Promise<FoundPlugin | null> {
  const content = await packageJson(place);
  if (!isPlugin(content)) return null;
  const name = typeof content.name === 'string' && content.name !== '' ? content.name : place;
  return { name, folder: await realpath(place), manifest: readManifest(content) };
}

/** A package.json that may be a plugin's; null for any other, and for what Node could not read either. */
async function packageJson(place: string): Promise<unknown> {
  try {
    const text = await readFile(join(place, 'package.json'), 'utf8');
    return text.includes(PLUGIN_KEYWORD) ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}
