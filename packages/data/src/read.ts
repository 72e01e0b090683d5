import { stat } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { requireEnoughExamples, type Dataset, type Example } from './dataset.js';
import { DatasetError } from './errors.js';
import { groupsByPattern } from './readers/grouping.js';
import { allReaders } from './readers/registry.js';
import type { DatasetReader, ReadOptions, Source } from './readers/reader.js';

/**
 * Reads which examples a dataset has and which class each belongs to; no image or recording is opened.
 *
 * @param path a folder of class folders (or of train/, validation/, test/ folders of them), a CSV, TSV,
 *   JSONL or Parquet table with texts or with paths relative to itself, or a folder of such tables
 *   named after their splits.
 * @throws DatasetError with one sentence a person can act on.
 */
export async function readDataset(path: string, options: ReadOptions = {}): Promise<Dataset> {
  const source = await sourceAt(resolve(path));
  const reader = await readerOf(source);
  const { root, modality, rows, notes } = await reader.read(source, options);
  const classes = [...new Set(rows.map((row) => row.className))].sort();
  requireTwoClasses(source.path, classes);
  const labels = new Map(classes.map((name, label) => [name, label]));
  const inColumns = rows.some(({ group }) => group !== undefined);
  const groups =
    options.groupPattern === undefined || inColumns ? null : groupsByPattern(rows, options.groupPattern);
  const examples = rows.map((row, index): Example => {
    const group = groups?.names[index] ?? row.group;
    return {
      id: row.id,
      content: row.content,
      label: labels.get(row.className) as number,
      ...(row.split === undefined ? {} : { split: row.split }),
      ...(group === undefined ? {} : { group }),
    };
  });
  requireEnoughExamples(examples, classes, source.path);
  const name = basename(source.path, source.kind === 'file' ? extname(source.path) : '');
  return { name, root, modality, classes, examples, notes: [...notes, ...(groups?.notes ?? [])] };
}

async function readerOf(source: Source): Promise<DatasetReader> {
  const readers = allReaders();
  for (const reader of readers) if (await reader.recognises(source)) return reader;
  const known = readers.map(({ description }) => description).join(', or ');
  throw new DatasetError(`${source.path} is not a dataset Espalier reads: give ${known}.`);
}

async function sourceAt(path: string): Promise<Source> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    throw new DatasetError(`There is no dataset at ${path}; check the path.`);
  }
  return { path, kind: found.isDirectory() ? 'folder' : 'file' };
}

function requireTwoClasses(path: string, classes: readonly string[]): void {
  if (classes.length >= 2) return;
  const found = classes.length === 0 ? 'none' : `only "${classes[0]}"`;
  throw new DatasetError(`Espalier needs at least two classes, and ${path} has ${found}.`);
}
