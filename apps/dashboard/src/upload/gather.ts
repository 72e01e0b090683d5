import { modalityFacts, modalityNames, type Modality } from '@espalier/data/modalities';
import { endingOf, isLeftover, isMediaPath, splitNamed } from '@espalier/data/preview';
import { count, size } from '../format';

/** A file that was dropped, chosen or pasted. */
export interface Dropped {
  /** With the folders it came in, and forward slashes between them. */
  readonly path: string;
  readonly file: File;
}

/** Files that came at once. */
export interface Batch {
  readonly id: number;
  readonly files: readonly Dropped[];
  /** The class of files that came in no folder, once it was said. */
  readonly className: string;
}

/** A file as the archive will hold it. */
export interface Packed {
  readonly path: string;
  readonly file: File;
}

/** What is put into the archive, and what is not. */
export interface Gathered {
  readonly entries: readonly Packed[];
  /** Examples of each class, by the names of the folders; none where a table tells the classes. */
  readonly classes: readonly { readonly name: string; readonly count: number }[];
  /** What holds the classes instead. */
  readonly table: string | null;
  /** Why files are left out, with how many they are. */
  readonly leftOut: readonly { readonly reason: string; readonly count: number }[];
  readonly bytes: number;
}

export const isTable = (path: string): boolean => /\.(csv|tsv|tab|jsonl|ndjson|parquet)$/i.test(path);

/** What a server unpacks at most; it counts again. */
export const MOST_FILES = 200_000;
export const MOST_BYTES = 64 * 2 ** 30;

const partsOf = (path: string): string[] => path.split('/').filter((part) => part !== '');

/** Files that came in no folder, and need a class unless a table among them tells it. */
export const needsClass = ({ files }: Batch): boolean =>
  files.every(({ path }) => partsOf(path).length === 1) && !files.some(({ path }) => isTable(path));

/** Names that no archive may hold, as they mean something else on some system. */
const strange = /[\\\u0000-\u001f\u007f]|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** Why a class cannot be called so; null where it can. */
export function classProblem(name: string): string | null {
  const text = name.trim();
  if (text === '') return 'Say which class these are';
  const isUsable = !text.includes('/') && !strange.test(text) && !isLeftover(text) && text.length <= 100;
  return isUsable ? null : 'Give a plain name of at most 100 letters, without / and not beginning with a dot';
}

/** The kind of most files; pictures where there are none. */
function modalityOf(batches: readonly Batch[]): Modality {
  const paths = batches.flatMap(({ files }) => files.map(({ path }) => path));
  const counts = modalityNames.map((modality) => paths.filter((path) => isMediaPath(modality, path)).length);
  return modalityNames[counts.indexOf(Math.max(...counts))] as Modality;
}

/** Why a file is no part of a dataset of such examples; null where it is. */
function reasonToLeave(path: string, modality: Modality): string | null {
  const parts = partsOf(path);
  if (parts.some(isLeftover)) return 'hidden, or left behind by a system';
  if (parts.some((part) => strange.test(part))) return 'a name that an archive cannot hold';
  if (isMediaPath(modality, path) || isTable(path)) return null;
  return `${endingOf(path) || 'no ending'}: no ${modalityFacts.get(modality).words.plain}`;
}

/** Puts what came together, one archive for all of it. */
export function gather(batches: readonly Batch[]): Gathered {
  const modality = modalityOf(batches);
  const left = new Map<string, number>();
  const entries: Packed[] = [];
  const taken = new Set<string>();
  for (const batch of batches) {
    const className = needsClass(batch) ? batch.className.trim() : '';
    for (const { path, file } of batch.files) {
      const reason = reasonToLeave(path, modality) ?? (file.size === 0 ? 'empty' : null);
      if (reason !== null) left.set(reason, (left.get(reason) ?? 0) + 1);
      else entries.push({ file, path: freePath([className, ...partsOf(path)], taken) });
    }
  }
  const table = entries.find(({ path }) => isTable(path))?.path ?? null;
  return {
    entries,
    table,
    classes: table === null ? classesOf(entries) : [],
    leftOut: [...left].map(([reason, number]) => ({ reason, count: number })),
    bytes: entries.reduce((sum, { file }) => sum + file.size, 0),
  };
}

/** A path that no other file has: `cat/1 (2).png` where there is a `cat/1.png` already. */
function freePath(parts: readonly string[], taken: Set<string>): string {
  const path = parts.filter((part) => part !== '').join('/');
  const ending = endingOf(path);
  const stem = path.slice(0, path.length - ending.length);
  for (let number = 1; ; number++) {
    const tried = number === 1 ? path : `${stem} (${number})${ending}`;
    if (taken.has(tried.toLowerCase())) continue;
    taken.add(tried.toLowerCase());
    return tried;
  }
}

/** Examples of each folder, in which those of a split count for its classes. */
function classesOf(entries: readonly Packed[]): Gathered['classes'] {
  const counts = new Map<string, number>();
  for (const { path } of entries) {
    const folders = partsOf(path).slice(0, -1);
    const name = folders.findLast((folder) => splitNamed(folder) === undefined) ?? '';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .map(([name, number]) => ({ name, count: number }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Why this cannot be sent; null where it can. */
export function problemOf({ entries, bytes, classes, table }: Gathered): string | null {
  if (entries.length === 0) return 'Nothing of this is a picture, a recording, a text or a table.';
  if (entries.length > MOST_FILES)
    return `These are ${count(entries.length)} files, and ${count(MOST_FILES)} is the most: divide the dataset, or put it on the server.`;
  if (bytes > MOST_BYTES)
    return `These are ${size(bytes)}, and ${size(MOST_BYTES)} is the most: divide the dataset, or put it on the server.`;
  if (table !== null) return null;
  if (classes.length < 2) return 'A dataset needs at least two classes: add files of another one.';
  return null;
}

/** What the archive is called: the folder that everything came in, else `files`. */
export function archiveName(batches: readonly Batch[]): string {
  const tops = new Set(
    batches.flatMap(({ files }) =>
      files.map(({ path }) => (partsOf(path).length > 1 ? partsOf(path)[0] : '')),
    ),
  );
  const [only = ''] = tops;
  return tops.size === 1 && only !== '' ? only : 'files';
}
