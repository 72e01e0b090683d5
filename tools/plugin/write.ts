import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatFiles, generateFiles, logger, names, updateJson, type Tree } from '@nx/devkit';
import { PLUGIN_KEYWORD, type PartKind } from '@espalier/plugins';
import { TRANSFER_INTERFACE_VERSION } from '@espalier/transfer';

/** Options of every generator. */
export interface Asked {
  readonly name: string;
  readonly directory?: string;
}

export type Kind = 'backbone' | 'reader' | 'sampler' | 'pruner';

/** Parts that only this kind of plugin has. */
export interface Parts {
  readonly substitutions: object;
  readonly files: Readonly<Record<string, Buffer>>;
  /** Notes for the author. */
  readonly notes: readonly string[];
}

/** The folders in `packages/` of what a plugin imports. */
const folders = {
  transfer: 'extend/transfer',
  conformance: 'extend/conformance',
  data: 'learn/data',
  search: 'learn/search',
};

interface KindFacts {
  readonly part: PartKind;
  readonly what: string;
  /** The package with its types. */
  readonly typesFrom: 'transfer' | 'data' | 'search';
}

const kinds: Readonly<Record<Kind, KindFacts>> = {
  backbone: { part: 'backbones', what: 'A backbone', typesFrom: 'transfer' },
  reader: { part: 'readers', what: 'A dataset reader', typesFrom: 'data' },
  sampler: { part: 'samplers', what: 'A sampler', typesFrom: 'search' },
  pruner: { part: 'pruners', what: 'A pruner', typesFrom: 'search' },
};

const nothing: Parts = { substitutions: {}, files: {}, notes: [] };

/** From tools/plugin/ and from tools/dist/plugin/ alike. */
const here = dirname(fileURLToPath(import.meta.url));
const templates = join(here.replace(`${sep}dist${sep}`, sep), 'templates');

/** Writes a plugin into the repository, or into a folder outside of it. */
export async function writePlugin(tree: Tree, kind: Kind, asked: Asked, parts = nothing): Promise<void> {
  const { name, directory = join('plugins', name) } = asked;
  const folder = resolve(tree.root, directory);
  const place = relative(tree.root, folder);
  const inside = !place.startsWith('..') && !isAbsolute(place);
  if (inside) await writeInside(tree, kind, asked.name, place, parts);
  else await writeOutside(tree, kind, asked.name, folder, parts);
  for (const note of parts.notes) logger.warn(note);
  logger.info(`Next, ${inside ? '' : `in ${folder}: `}${commands(kind, name, inside).join(' && ')}`);
}

/** Lists the commands that bring a new plugin into use. */
function commands(kind: Kind, name: string, inside: boolean): string[] {
  const check = kind === 'backbone' ? [`espalier plugins check ${name}`] : [];
  if (!inside)
    return [
      'npm install',
      'npm run build',
      'npm install --prefix <your project> .',
      'espalier plugins list',
      ...check,
    ];
  return [
    'npm install',
    `npx tsc -b plugins/${name}`,
    `npx vitest run plugins/${name}`,
    'npm run espalier -- plugins list',
  ];
}

async function writeInside(tree: Tree, kind: Kind, name: string, place: string, parts: Parts): Promise<void> {
  const packageName = `@espalier/plugin-${name}`;
  const up = '../'.repeat(place.split(sep).length);
  const { typesFrom } = kinds[kind];
  const needs: (keyof typeof folders)[] = kind === 'backbone' ? ['transfer', 'conformance'] : [typesFrom];
  const references = needs.map((one) => `{ "path": "${up}packages/${folders[one]}" }`).join(', ');
  write(tree, kind, name, place, { ...parts.substitutions, packageName, inside: true });
  generateFiles(tree, join(templates, 'inside'), place, { tmpl: '', up, references });
  for (const [file, content] of Object.entries(parts.files)) tree.write(join(place, file), content);
  const own = await packageJson(kind, name, packageName);
  const depends = { dependencies: { [`@espalier/${typesFrom}`]: '0.1.0' } };
  const more = {
    private: true,
    ...depends,
    ...(kind === 'backbone' && { devDependencies: { '@espalier/conformance': '0.1.0' } }),
    nx: {
      tags: [kind === 'backbone' ? 'layer:plugin' : 'layer:extension'],
      targets: {
        build: { command: `tsc -b ${place}` },
        test: { command: `vitest run ${place}` },
      },
    },
  };
  tree.write(join(place, 'package.json'), JSON.stringify({ ...own, ...more }));
  updateJson(tree, 'tsconfig.json', (config: { references: { path: string }[] }) => ({
    ...config,
    references: [...config.references.filter(({ path }) => path !== place), { path: place }],
  }));
  await formatFiles(tree);
}

/** Nx writes nothing outside of the repository, so that is done here. */
async function writeOutside(
  tree: Tree,
  kind: Kind,
  name: string,
  folder: string,
  parts: Parts,
): Promise<void> {
  const packageName = `espalier-plugin-${name}`;
  const checkout = relative(folder, tree.root).split(sep).join('/');
  const staged = join('plugins', `${name}-outside`);
  write(tree, kind, name, staged, { ...parts.substitutions, packageName, inside: false });
  generateFiles(tree, join(templates, 'outside'), staged, { tmpl: '', checkout });
  const own = await packageJson(kind, name, packageName);
  const more = { scripts: { build: 'tsc -p .' }, devDependencies: { typescript: '6.0.3' } };
  tree.write(join(staged, 'package.json'), JSON.stringify({ ...own, ...more }, null, 2));
  await formatFiles(tree);
  const written = tree.listChanges().filter(({ path }) => path.startsWith(`${staged}/`));
  const files = Object.fromEntries(written.map(({ path, content }) => [relative(staged, path), content]));
  tree.delete(staged);
  for (const [file, content] of Object.entries({ ...files, ...parts.files })) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), content as Buffer, { flag: 'wx' });
  }
}

function write(
  tree: Tree,
  kind: Kind,
  name: string,
  place: string,
  more: { readonly inside: boolean; readonly packageName: string },
): void {
  const { inside } = more;
  const substitutions = {
    tmpl: '',
    name,
    variable: names(name).propertyName,
    what: kinds[kind].what,
    ...more,
  };
  generateFiles(tree, join(templates, kind), join(place, 'src'), substitutions);
  // The test of a backbone is the conformance suite, which the outside runs by `espalier plugins check`.
  if (!inside) tree.delete(join(place, 'src', 'index.test.ts'));
  const shown = commands(kind, name, inside).join('\n');
  generateFiles(tree, join(templates, 'readme'), place, { ...substitutions, commands: shown });
}

async function packageJson(kind: Kind, name: string, packageName: string): Promise<object> {
  const { part, what } = kinds[kind];
  return {
    name: packageName,
    version: '0.1.0',
    type: 'module',
    license: 'UNLICENSED',
    description: `${what} for Espalier`,
    keywords: [PLUGIN_KEYWORD],
    espalier: { interface: TRANSFER_INTERFACE_VERSION, [part]: [name] },
    exports: {
      '.': {
        '@espalier/source': './src/index.ts',
        types: './dist/index.d.ts',
        default: './dist/index.js',
      },
      './package.json': './package.json',
    },
    files: ['dist', ...(kind === 'backbone' ? ['model.onnx'] : [])],
  };
}
