import type { Dropped } from './gather';

/** Entries of a folder come in parts; the last is empty. */
const listOf = (reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> =>
  new Promise((resolve, reject) => reader.readEntries(resolve, reject));

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject));

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

async function filesBelow(entry: FileSystemEntry): Promise<Dropped[]> {
  if (isFile(entry)) return [{ path: entry.fullPath.replace(/^\//, ''), file: await fileOf(entry) }];
  if (!isFolder(entry)) return [];
  const reader = entry.createReader();
  const found: Dropped[] = [];
  for (;;) {
    const entries = await listOf(reader);
    if (entries.length === 0) return found;
    for (const one of entries) found.push(...(await filesBelow(one)));
  }
}

/** All files of what was dropped or pasted, those in folders too. */
export async function filesOf({ items, files }: DataTransfer): Promise<Dropped[]> {
  // They are gone once the event is over.
  const entries = [...items].flatMap((item) => {
    const entry = item.kind === 'file' ? item.webkitGetAsEntry() : null;
    return entry === null ? [] : [entry];
  });
  if (entries.length === 0) return [...files].map((file) => ({ path: file.name, file }));
  const found: Dropped[] = [];
  for (const entry of entries) found.push(...(await filesBelow(entry)));
  return found;
}

/** The files of an input, with their folders where a folder was chosen. */
export const filesOfInput = (files: Iterable<File>): Dropped[] =>
  [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));

/** A table as spreadsheets copy it: cells with tabs between them; null where a text is none. */
export function pastedTable(text: string): File | null {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const isTable = lines.length > 1 && lines.every((line) => line.includes('\t'));
  return isTable ? new File([text], 'pasted.tsv', { type: 'text/tab-separated-values' }) : null;
}
