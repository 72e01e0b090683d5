import { stat } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { requireEnoughExamples, type Dataset, type Example } from './dataset.js';
import { DatasetError } from './errors.js';
import { readers } from './readers/registry.js';
import type { ReadOptions, Row, Source } from './readers/reader.js';

/**
 * Reads which images a dataset has and which class each belongs to; no image is opened.
 *
 * @param path a folder of class folders (or of train/, validation/, test/ folders of them), or a
 *   CSV, TSV or JSONL manifest with image paths relative to itself.
 * @throws DatasetError with one sentence a person can act on.
 */
export async function readDataset(path: string, options: ReadOptions = {}): Promise<Dataset> {
  const source = await sourceAt(resolve(path));
  const reader = readers.find((candidate) => candidate.recognises(source));
  if (reader === undefined) {
    const known = readers.map(({ description }) => description).join(', or ');
    throw new DatasetError(`${source.path} is not a dataset Espalier reads: give ${known}.`);
  }
  const { root, rows, notes } = await reader.read(source, options);
  const classes = [...new Set(rows.map((row) => row.className))].sort();
  requireTwoClasses(source.path, classes);
  const labels = new Map(classes.map((name, label) => [name, label]));
  const groups = groupsByPattern(rows, options.groupPattern);
  const examples = rows.map((row, index): Example => {
    const group = groups?.[index] ?? row.group;
    return {
      id: row.id,
      path: row.path,
      label: labels.get(row.className) as number,
      ...(row.split === undefined ? {} : { split: row.split }),
      ...(group === undefined ? {} : { group }),
    };
  });
  requireEnoughExamples(examples, classes, source.path);
  const name = basename(source.path, source.kind === 'file' ? extname(source.path) : '');
  return { name, root, classes, examples, notes: [...notes, ...groupNotes(groups)] };
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

function groupsByPattern(
  rows: readonly Row[],
  pattern: string | undefined,
): (string | undefined)[] | undefined {
  if (pattern === undefined) return undefined;
  let expression: RegExp;
  try {
    expression = new RegExp(pattern, 'u');
  } catch (error) {
    throw new DatasetError(`groupPattern is not a regular expression: ${String(error)}.`);
  }
  const groups = rows.map(({ id }) => {
    const match = expression.exec(id);
    return match === null ? undefined : (match[1] ?? match[0]);
  });
  if (groups.every((group) => group === undefined)) {
    throw new DatasetError(
      `groupPattern ${pattern} matches no example; it is tried on paths such as ${rows[0]?.id}.`,
    );
  }
  return groups;
}

function groupNotes(groups: readonly (string | undefined)[] | undefined): string[] {
  if (groups === undefined) return [];
  const alone = groups.filter((group) => group === undefined).length;
  const distinct = new Set(groups).size - (alone > 0 ? 1 : 0);
  const note = `groupPattern found ${distinct} groups`;
  return [alone > 0 ? `${note}; ${alone} examples are in none.` : `${note}.`];
}
