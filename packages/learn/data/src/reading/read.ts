import { open, stat } from 'node:fs/promises';
import { basename, extname, relative, resolve } from 'node:path';
import { headLength, kindOfBytes, type FileKind } from '@espalier/base/files';
import type { Dataset, Example } from '../dataset.js';
import { DatasetError } from '../errors.js';
import { classLabels } from '../labels/classes.js';
import type { LabelKind } from '../labels/kind.js';
import { groupsByPattern } from '../readers/folders/grouping.js';
import { readers, readersInOrder } from '../readers/registry.js';
import type { DatasetReader, ReadOptions, Source } from '../readers/reader.js';
import { unwrap } from '../readers/folders/unwrap.js';

/**
 * Reads which examples a dataset has and which label each has; no image or recording is opened.
 *
 * @param path a folder of class folders (or of train/, validation/, test/ folders of them), a CSV, TSV,
 *   JSONL or Parquet table with texts or with paths relative to itself, or a folder of such tables
 *   named after their splits.
 * @param kind of the labels; classes by default
 * @throws DatasetError with one sentence a person can act on.
 */
export async function readDataset(
  path: string,
  options: ReadOptions = {},
  kind: LabelKind = classLabels,
): Promise<Dataset> {
  const given = await sourceAt(resolve(path));
  const source = await insideOf(given);
  const reader = await readerOf(source, options.layout);
  const {
    root,
    modality,
    rows,
    unusable = [],
    labelsFrom = null,
    notes,
  } = await reader.read(source, options);
  const { classes: found, labels, notes: named } = kind.find(rows);
  const inColumns = rows.some(({ group }) => group !== undefined);
  const groups =
    options.groupPattern === undefined || inColumns ? null : groupsByPattern(rows, options.groupPattern);
  const all = rows.map((row, index): Example => {
    const group = groups?.names[index] ?? row.group;
    return {
      id: row.id,
      content: row.content,
      label: labels[index] as number,
      ...(row.split === undefined ? {} : { split: row.split }),
      ...(group === undefined ? {} : { group }),
    };
  });
  const { examples, classes, note } =
    options.dropSmallClasses === true ? kind.drop(all, found) : { examples: all, classes: found, note: null };
  kind.require(source.path, classes, examples);
  const name = basename(given.path, given.kind === 'file' ? extname(given.path) : '');
  const inside = source.path === given.path ? [] : [`Read the folder ${relative(given.path, source.path)}.`];
  const said = [...inside, ...notes, ...named, ...(groups?.notes ?? []), ...(note === null ? [] : [note])];
  return { name, root, modality, classes, examples, unusable, labelsFrom, notes: said };
}

/** A folder inside of folders that wrap it. */
const insideOf = async (source: Source): Promise<Source> =>
  source.kind === 'file' ? source : { ...source, path: await unwrap(source.path) };

async function readerOf(source: Source, layout: string | undefined): Promise<DatasetReader> {
  if (layout !== undefined) return namedReader(source, layout);
  const asked = readersInOrder();
  for (const reader of asked) if (await reader.recognises(source)) return reader;
  const known = asked.map(({ description }) => description).join(', or ');
  const what = source.kind === 'file' ? await kindOfFile(source.path) : null;
  const is = what === null ? 'is not a dataset' : `is ${what.name}, and not a dataset`;
  throw new DatasetError(`${source.path} ${is} Espalier reads: give ${known}.`);
}

async function namedReader(source: Source, layout: string): Promise<DatasetReader> {
  const reader = readers.get(layout);
  if (await reader.recognises(source)) return reader;
  throw new DatasetError(
    `${source.path} does not have the layout ${layout}: give ${reader.description}, or name no layout.`,
  );
}

async function kindOfFile(path: string): Promise<FileKind | null> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(headLength);
    const { bytesRead } = await file.read(head, 0, headLength, 0);
    return kindOfBytes(head.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

async function sourceAt(path: string): Promise<Source> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    throw new DatasetError(`There is no dataset at ${path}; check the path.`);
  }
  return { path, kind: found.isDirectory() ? 'folder' : 'file' };
}
