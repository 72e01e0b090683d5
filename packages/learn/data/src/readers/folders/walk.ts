import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { Modality } from '@espalier/transfer';
import { DatasetError } from '../../errors.js';
import { nouns } from '../../modalities/allFacts.js';
import { counted } from '../../words.js';
import { isMediaPath, linksInside, pathInside } from '../files.js';
import { isLeftover } from './leftovers.js';
import { formatOf } from '../tables/tables.js';

/** What lies directly in a folder. */
export interface Listing {
  /** Names, sorted. */
  readonly folders: readonly string[];
  /** Names of examples of the modality, sorted. */
  readonly media: readonly string[];
  readonly tables: readonly string[];
  readonly others: readonly string[];
}

/** Lists folders and the files of one modality, and counts what it passes over. */
export class Walk {
  private readonly hidden = new Set<string>();
  private readonly foreign = new Map<string, string>();
  private readonly links = new Set<string>();

  constructor(
    readonly root: string,
    private readonly realRoot: string,
    readonly modality: Modality,
  ) {}

  idOf(path: string): string {
    const id = pathInside(this.root, path);
    if (id === undefined) throw new DatasetError(`${path} lies outside ${this.root}.`);
    return id;
  }

  async look(folder: string): Promise<Listing> {
    const [folders, media, tables, others]: string[][] = [[], [], [], []];
    for (const { name, isFolder } of await this.list(folder)) {
      if (isFolder) folders?.push(name);
      else if (isMediaPath(this.modality, name)) media?.push(name);
      else if (formatOf(name) !== undefined) tables?.push(name);
      else others?.push(name);
    }
    return { folders, media, tables, others } as Listing;
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
    if (this.hidden.size > 0)
      notes.push(`Ignored ${counted(this.hidden.size, 'hidden file or folder', 'hidden files or folders')}.`);
    if (this.links.size > 0)
      notes.push(`Ignored ${counted(this.links.size, 'link to a folder', 'links to folders')}.`);
    if (this.foreign.size > 0) {
      const kinds = new Map<string, number>();
      for (const kind of this.foreign.values()) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      const list = [...kinds].slice(0, 5).map(([kind, count]) => `${kind} ${count}`);
      notes.push(
        `Ignored ${counted(this.foreign.size, 'file')} that ${this.foreign.size === 1 ? `is no ${nouns[this.modality]}` : `are not ${nouns[this.modality]}s`} of a class (${list.join(', ')}).`,
      );
    }
    return notes;
  }

  private async list(folder: string): Promise<{ name: string; isFolder: boolean }[]> {
    const entries: { name: string; isFolder: boolean }[] = [];
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (isLeftover(entry.name)) this.hidden.add(path);
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
