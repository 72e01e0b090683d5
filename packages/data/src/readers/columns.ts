import { DatasetError } from '../errors.js';
import { isImagePath } from './files.js';
import type { Table } from './manifest.js';
import type { ReadOptions } from './reader.js';

export interface ManifestColumns {
  readonly image: string;
  readonly label: string;
  readonly split?: string;
  readonly group?: string;
}

/** Names in common use, most telling first. */
const usualNames = {
  image: ['image', 'image_path', 'path', 'file', 'filename', 'file_name', 'filepath', 'img', 'id'],
  label: ['label', 'class', 'category', 'target', 'class_name', 'label_name', 'y'],
  split: ['split', 'subset', 'partition', 'set'],
  group: ['group', 'group_id', 'patient', 'patient_id', 'subject', 'subject_id'],
} as const;

type Role = keyof typeof usualNames;

/** Which column plays which role: the named one, else a guess, which a note owns up to. */
export function columnsOf(
  manifest: string,
  table: Table,
  options: ReadOptions,
): { columns: ManifestColumns; notes: string[] } {
  const notes: string[] = [];
  const guessed = (role: Role, column: string | undefined): string | undefined => {
    if (column !== undefined) notes.push(`Guessed that column "${column}" is the ${role}.`);
    return column;
  };
  const roleColumn = (role: Role, named: string | undefined): string | undefined =>
    named === undefined
      ? guessed(role, usualColumn(role, table))
      : requireColumn(manifest, table, role, named);

  const image =
    roleColumn('image', options.imageColumn) ??
    guessed(
      'image',
      table.columns.find((column) => holdsImages(table, column)),
    );
  if (image === undefined) throw missingColumn(manifest, table, 'image');
  const others = table.columns.filter((column) => column !== image);
  const label =
    roleColumn('label', options.labelColumn) ?? guessed('label', others.length === 1 ? others[0] : undefined);
  if (label === undefined) throw missingColumn(manifest, table, 'label');
  const split = roleColumn('split', undefined);
  const group = roleColumn('group', options.groupColumn);
  const columns = {
    image,
    label,
    ...(split === undefined ? {} : { split }),
    ...(group === undefined ? {} : { group }),
  };
  return { columns, notes };
}

function usualColumn(role: Role, table: Table): string | undefined {
  for (const name of usualNames[role]) {
    const column = table.columns.find((candidate) => candidate.trim().toLowerCase() === name);
    if (column === undefined) continue;
    // "id" or "file" may also be a plain number.
    if (role !== 'image' || holdsImages(table, column)) return column;
  }
  return undefined;
}

function holdsImages(table: Table, column: string): boolean {
  return isImagePath((table.records[0]?.cells.get(column) ?? '').trim());
}

function requireColumn(manifest: string, table: Table, role: Role, named: string): string {
  if (table.columns.includes(named)) return named;
  throw new DatasetError(
    `${manifest} has no column "${named}" for the ${role}; its columns are ${listed(table)}.`,
  );
}

function missingColumn(manifest: string, table: Table, role: 'image' | 'label'): DatasetError {
  return new DatasetError(
    `${manifest}: no column looks like the ${role}; name one with ${role}Column. ` +
      `Its columns are ${listed(table)}.`,
  );
}

function listed(table: Table): string {
  return table.columns.map((column) => `"${column}"`).join(', ');
}
