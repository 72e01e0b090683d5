import { readdir, realpath, stat } from 'node:fs/promises';
import type { Modality } from '@espalier/transfer';
import { basename, extname, join } from 'node:path';
import { nouns, type Content, type SplitName } from '../dataset.js';
import { DatasetError } from '../errors.js';
import { isMediaPath, linksInside, pathInside, readText } from './files.js';
import { splitNamed, type DatasetReader, type Row, type Rows } from './reader.js';

/** One sub-folder a class, or train/, validation/ and test/ folders of class folders. */
export const mediaFolderReader: DatasetReader = {
  format: 'media-folder',
  description: 'a folder with one sub-folder of images, recordings or text files for each class',
  recognises: (source) => source.kind === 'folder',
  read: async (source) => readMediaFolder(source.path),
};

async function readMediaFolder(root: string): Promise<Rows> {
  const { modality, notes } = await modalityOf(root);
  const walk = new Walk(root, await realpath(root), modality);
  const children = await walk.folders(root);
  if (children.length === 0) throw await noClassFolders(root);
  await walk.noteStrays(root);
  const splits = await splitFolders(walk, root, children);
  const rows: Row[] = [];
  if (splits === undefined) {
    for (const child of children) rows.push(...(await readClass(walk, join(root, child), child)));
    await adviseWrapper(walk, root, children);
    return { root, modality, rows, notes: [...notes, ...walk.notes()] };
  }
  for (const { folder, split } of splits) {
    const path = join(root, folder);
    for (const child of await walk.folders(path)) {
      const examples = await readClass(walk, join(path, child), child);
      rows.push(...examples.map((row) => ({ ...row, split })));
    }
  }
  const unused = children.filter((child) => !splits.some(({ folder }) => folder === child));
  const ignored = unused.map(
    (folder) => `Ignored the folder ${folder}: it is not a split with class folders.`,
  );
  const used = splits.map(({ folder }) => folder).join(', ');
  const own = `Kept the dataset's own splits: ${used}.`;
  return { root, modality, rows, notes: [...notes, own, ...ignored, ...walk.notes()] };
}

/** The modality most files of a folder have by their names; images where there are none. */
async function modalityOf(root: string): Promise<{ modality: Modality; notes: string[] }> {
  const names = await readdir(root, { recursive: true });
  const counted = (['image', 'audio', 'text'] as const).map((modality) => ({
    modality,
    count: names.filter((name) => isMediaPath(modality, name)).length,
  }));
  const [most, ...others] = counted.sort((a, b) => b.count - a.count) as [
    (typeof counted)[number],
    ...typeof counted,
  ];
  if (most.count === 0) return { modality: 'image', notes: [] };
  // Notes and licences as text files beside media are no examples.
  const rivals = others.filter(({ count, modality }) => count > 0 && modality !== 'text');
  const notes = rivals.map(
    ({ count, modality }) =>
      `Ignored ${count} ${nouns[modality]}s: most files are ${nouns[most.modality]}s (${most.count}).`,
  );
  return { modality: most.modality, notes };
}

/** The split folders, where `train` and another split hold class folders; else undefined. */
async function splitFolders(
  walk: Walk,
  root: string,
  children: readonly string[],
): Promise<{ folder: string; split: SplitName }[] | undefined> {
  const found: { folder: string; split: SplitName }[] = [];
  for (const folder of children) {
    const split = splitNamed(folder);
    if (split === undefined) continue;
    if ((await walk.folders(join(root, folder))).length > 0) found.push({ folder, split });
  }
  const hasTrain = found.some(({ split }) => split === 'train');
  const hasOther = found.some(({ split }) => split !== 'train');
  return hasTrain && hasOther ? found : undefined;
}

async function readClass(walk: Walk, folder: string, className: string): Promise<Row[]> {
  const paths = await walk.media(folder);
  if (paths.length === 0) {
    const plural = `${nouns[walk.modality]}s`;
    throw new DatasetError(
      `Class folder ${folder} has no ${plural}; add ${plural} to it or remove the folder.`,
    );
  }
  return Promise.all(
    paths.map(async (path) => ({
      id: walk.idOf(path),
      content: await contentOf(walk.modality, path),
      className,
    })),
  );
}

const contentOf = async (modality: Modality, path: string): Promise<Content> =>
  modality === 'text' ? { kind: 'text', text: await readText(path) } : { kind: 'file', path };

/** An unpacked archive often has one folder around the class folders. */
async function adviseWrapper(walk: Walk, root: string, children: readonly string[]): Promise<void> {
  const [only] = children;
  if (children.length !== 1 || only === undefined) return;
  const inner = await walk.folders(join(root, only));
  if (inner.length < 2) return;
  throw new DatasetError(
    `${root} holds the single folder ${only}, which holds ${inner.length} folders; ` +
      `give ${join(root, only)} as the dataset instead.`,
  );
}

async function noClassFolders(root: string): Promise<DatasetError> {
  const names = await readdir(root);
  const manifest = names.find((name) => /\.(csv|tsv|jsonl|ndjson|parquet)$/i.test(name));
  if (manifest !== undefined) {
    return new DatasetError(
      `${root} has no class folders; to use its manifest give ${join(root, manifest)} as the dataset.`,
    );
  }
  const found = names.length === 0 ? 'is empty' : 'has no sub-folders';
  return new DatasetError(
    `The folder ${root} ${found}; put the files of each class in a sub-folder named after the class.`,
  );
}

/** Lists folders and the files of one modality, and counts what it passes over. */
class Walk {
  private readonly hidden = new Set<string>();
  private readonly foreign = new Map<string, string>();
  private readonly links = new Set<string>();

  constructor(
    private readonly root: string,
    private readonly realRoot: string,
    readonly modality: Modality,
  ) {}

  idOf(path: string): string {
    const id = pathInside(this.root, path);
    if (id === undefined) throw new DatasetError(`${path} lies outside ${this.root}.`);
    return id;
  }

  /** Names of the visible sub-folders, sorted. */
  async folders(folder: string): Promise<string[]> {
    return (await this.list(folder)).filter((entry) => entry.isFolder).map(({ name }) => name);
  }

  /** Absolute paths of the examples in a folder and the folders below it, sorted. */
  async media(folder: string): Promise<string[]> {
    const paths: string[] = [];
    for (const { name, isFolder } of await this.list(folder)) {
      const path = join(folder, name);
      if (isFolder) paths.push(...(await this.media(path)));
      else if (isMediaPath(this.modality, name)) paths.push(path);
      else this.foreign.set(path, extname(name).toLowerCase() || basename(name));
    }
    return paths;
  }

  /** Counts the files of a folder that is meant to hold folders alone. */
  async noteStrays(folder: string): Promise<void> {
    for (const { name, isFolder } of await this.list(folder)) {
      if (!isFolder) this.foreign.set(join(folder, name), 'outside the class folders');
    }
  }

  notes(): string[] {
    const notes: string[] = [];
    if (this.hidden.size > 0) notes.push(`Ignored ${this.hidden.size} hidden files or folders.`);
    if (this.links.size > 0) notes.push(`Ignored ${this.links.size} links to folders.`);
    if (this.foreign.size > 0) {
      const kinds = new Map<string, number>();
      for (const kind of this.foreign.values()) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      const list = [...kinds].slice(0, 5).map(([kind, count]) => `${kind} ${count}`);
      notes.push(
        `Ignored ${this.foreign.size} files that are not ${nouns[this.modality]}s of a class (${list.join(', ')}).`,
      );
    }
    return notes;
  }

  private async list(folder: string): Promise<{ name: string; isFolder: boolean }[]> {
    const entries: { name: string; isFolder: boolean }[] = [];
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.name.startsWith('.') || entry.name === '__MACOSX') this.hidden.add(path);
      else if (!entry.isSymbolicLink()) {
        entries.push({ name: entry.name, isFolder: entry.isDirectory() });
      } else if (await this.isFileLink(path)) entries.push({ name: entry.name, isFolder: false });
      else this.links.add(path); // A link to a folder may lead in a circle.
    }
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  private async isFileLink(path: string): Promise<boolean> {
    const target = await stat(path).catch(() => undefined);
    if (target === undefined) throw new DatasetError(`${path} is a link to nothing; remove it.`);
    if (await linksInside(this.realRoot, path)) return target.isFile();
    throw new DatasetError(
      `${path} is a link to a place outside the dataset's folder; copy the files into the folder.`,
    );
  }
}
