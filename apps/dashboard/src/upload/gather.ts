import { modalityFacts, modalityNames, type Modality } from '@espalier/data/modalities';
import { endingOf, isLeftover, isMediaPath, splitNamed } from '@espalier/data/preview';
import { count, size } from '../format';

/** A file that was dropped, chosen or pasted. */
export interface DroppedFile {
  /** Path with its folders, separated by forward slashes. */
  readonly path: string;
  readonly file: File;
}

/** Files added in one step. */
export interface Batch {
  readonly id: number;
  readonly files: readonly DroppedFile[];
  /** Class of the files outside of folders, as the user typed it. */
  readonly className: string;
}

/** A file and its path in the archive. */
export interface ArchiveEntry {
  readonly path: string;
  readonly file: File;
}

/** The contents of the archive, and the files left out. */
export interface ArchiveContents {
  readonly entries: readonly ArchiveEntry[];
  /** Number of examples of each class, by folder name; empty if a table holds the classes. */
  readonly classes: readonly { readonly name: string; readonly count: number }[];
  /** The table that holds the classes instead. */
  readonly table: string | null;
  /** Reasons for leaving files out, with the number of files. */
  readonly leftOut: readonly { readonly reason: string; readonly count: number }[];
  readonly bytes: number;
}

export const isTable = (path: string): boolean => /\.(csv|tsv|tab|jsonl|ndjson|parquet)$/i.test(path);

/** Limits of the server, which counts again. */
export const MOST_FILES = 200_000;
export const MOST_BYTES = 64 * 2 ** 30;

const partsOf = (path: string): string[] => path.split('/').filter((part) => part !== '');

/** Whether files lie outside of folders, so that they need a class unless a table among them holds it. */
export const needsClass = ({ files }: Batch): boolean =>
  files.every(({ path }) => partsOf(path).length === 1) && !files.some(({ path }) => isTable(path));

/** Names that no archive may hold, because they have another meaning on some systems. */
const strange = /[\\\u0000-\u001f\u007f]|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** Reason why a class name is invalid; null where it is valid. */
export function classProblem(name: string): string | null {
  const text = name.trim();
  if (text === '') return 'Enter the class of these files';
  const isUsable = !text.includes('/') && !strange.test(text) && !isLeftover(text) && text.length <= 100;
  return isUsable
    ? null
    : 'Enter a name of at most 100 characters that has no / and does not begin with a dot';
}

/** The modality of most files; images where there are none. */
function modalityOf(batches: readonly Batch[]): Modality {
  const paths = batches.flatMap(({ files }) => files.map(({ path }) => path));
  const counts = modalityNames.map((modality) => paths.filter((path) => isMediaPath(modality, path)).length);
  return modalityNames[counts.indexOf(Math.max(...counts))] as Modality;
}

/** Reason for leaving a file out of a dataset of this modality; null for a file that belongs to it. */
function reasonToLeave(path: string, modality: Modality): string | null {
  const parts = partsOf(path);
  if (parts.some(isLeftover)) return 'a hidden or system file';
  if (parts.some((part) => strange.test(part))) return 'a name that is not allowed in an archive';
  if (isMediaPath(modality, path) || isTable(path)) return null;
  return `${endingOf(path) || 'no ending'}: no ${modalityFacts.get(modality).words.plain}`;
}

/** Collects all files into the contents of one archive. */
export function gather(batches: readonly Batch[]): ArchiveContents {
  const modality = modalityOf(batches);
  const left = new Map<string, number>();
  const entries: ArchiveEntry[] = [];
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

/** Makes a path unique: `cat/1 (2).png` if `cat/1.png` exists. */
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

/** Counts the examples of each class folder; folders of splits count towards the classes in them. */
function classesOf(entries: readonly ArchiveEntry[]): ArchiveContents['classes'] {
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

/** Reason why the files cannot be uploaded; null where they can. */
export function problemOf({ entries, bytes, classes, table }: ArchiveContents): string | null {
  if (entries.length === 0) return 'None of these files is a picture, a recording, a text or a table.';
  if (entries.length > MOST_FILES)
    return `These are ${count(entries.length)} files; the limit is ${count(MOST_FILES)}. Divide the dataset, or put it on the server.`;
  if (bytes > MOST_BYTES)
    return `These are ${size(bytes)}; the limit is ${size(MOST_BYTES)}. Divide the dataset, or put it on the server.`;
  if (table !== null) return null;
  if (classes.length < 2) return 'A dataset needs at least two classes. Add files of another class.';
  return null;
}

/** Name of the archive: the one folder that holds all files, otherwise `files`. */
export function archiveName(batches: readonly Batch[]): string {
  const tops = new Set(
    batches.flatMap(({ files }) =>
      files.map(({ path }) => (partsOf(path).length > 1 ? partsOf(path)[0] : '')),
    ),
  );
  const [only = ''] = tops;
  return tops.size === 1 && only !== '' ? only : 'files';
}
