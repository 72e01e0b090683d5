import type { Modality } from '@espalier/transfer';
import { kindOfBytes } from '@espalier/base/files/kinds';
import { DatasetError } from '../../errors.js';
import { fileModalities, isOfFiles, modalityFacts, modalityNames } from '../../modalities/allFacts.js';
import { alternatives, listedWords } from '../../words.js';
import type { FileNames } from '../folders/fileNames.js';
import { isMediaPath } from '../folders/mediaNames.js';
import { requireHeader, requireTextHeader } from './header.js';
import type { Table } from './cells.js';
import { oneHotColumns } from './oneHot.js';
import type { ReadOptions } from '../reader.js';
import { sameName, usualNamesOf, type Role } from './usualNames.js';

/** Where a line's class stands: in a column, or as the 1 in one of several. */
export type LabelColumns =
  | { readonly kind: 'column'; readonly name: string }
  | { readonly kind: 'oneHot'; readonly names: readonly string[] };

export interface TableColumns {
  readonly modality: Modality;
  /** The text, or the path of the image or recording. */
  readonly content: string;
  readonly label: LabelColumns;
  readonly split?: string;
  readonly group?: string;
}

/** How the command line calls the option that names the column of a modality. */
const optionOf = (modality: Modality): string => modalityFacts.get(modality).column.option;

const withArticle = (modality: Modality): string => {
  const { article, noun } = modalityFacts.get(modality).words;
  return `${article} ${noun}`;
};

/** Which column plays which role: the named one, else a guess, which a note owns up to. */
export async function columnsOf(
  where: string,
  table: Table,
  options: ReadOptions,
  files: FileNames,
): Promise<{ columns: TableColumns; notes: string[] }> {
  const notes: string[] = [];
  const guessed = (role: Role, column: string | undefined): string | undefined => {
    if (column !== undefined) notes.push(`Guessed that column "${column}" is the ${role}.`);
    return column;
  };
  const { modality, content, given } = await contentColumn(where, table, options, files);
  const isTold = given && options.labelColumn !== undefined;
  if (options.header === undefined && !isTold) requireHeader(where, table);
  if (!given) guessed(modality, content);
  const others = table.columns.filter((column) => column !== content);
  const usual = (role: Role): string | undefined => mostTelling(role, others);
  const name =
    named(where, table, 'label', options.labelColumn) ??
    guessed('label', usual('label') ?? (others.length === 1 ? others[0] : undefined));
  const label = labelColumns(where, table, name, others);
  const split = guessed('split', usual('split'));
  const pattern = table.columns.includes(options.groupPattern ?? '') ? options.groupPattern : undefined;
  const ungrouped = options.groupColumn === '';
  const group = ungrouped
    ? undefined
    : (named(where, table, 'group', options.groupColumn ?? pattern) ??
      (options.groupPattern === undefined ? guessed('group', usual('group')) : undefined));
  const columns = {
    modality,
    content,
    label,
    ...(split === undefined ? {} : { split }),
    ...(group === undefined ? {} : { group }),
  };
  return { columns, notes };
}

/** @throws DatasetError where no column is named or guessed, and none are one for each class */
function labelColumns(
  where: string,
  table: Table,
  name: string | undefined,
  others: readonly string[],
): LabelColumns {
  if (name !== undefined) return { kind: 'column', name };
  const names = oneHotColumns(table, others);
  if (names === null) throw missingColumn(where, table, 'label');
  return { kind: 'oneHot', names };
}

/** The column with the most telling of the usual names, and not the first column with one. */
const mostTelling = (role: Role, columns: readonly string[]): string | undefined =>
  usualNamesOf(role).flatMap((name) => columns.filter((column) => sameName(column, name)))[0];

interface ContentColumn {
  readonly modality: Modality;
  readonly content: string;
  /** Named by the caller and not guessed. */
  readonly given: boolean;
}

/**
 * The column that holds the examples: the named one, else a guess.
 *
 * @throws DatasetError where no column looks like it
 */
export async function contentColumn(
  where: string,
  table: Table,
  options: ReadOptions,
  files: FileNames,
): Promise<ContentColumn> {
  const asked = modalityNames.flatMap((modality) => {
    const column = options[modalityFacts.get(modality).column.setting];
    return column === undefined ? [] : [[modality, column] as const];
  });
  if (asked.length > 1) {
    throw new DatasetError(
      `an example is one of ${listedWords(modalityNames.map(withArticle))}: give one of ${asked.map(([modality]) => optionOf(modality)).join(' and ')}.`,
    );
  }
  const [choice] = asked;
  if (choice !== undefined) {
    const [modality] = choice;
    return { modality, content: named(where, table, modality, choice[1]) as string, given: true };
  }
  return guessContent(where, table, options, files);
}

/**
 * Paths tell an image or audio table by their endings, or names of files that lie below it; else the column with
 * the most words is the text.
 */
async function guessContent(
  where: string,
  table: Table,
  options: ReadOptions,
  files: FileNames,
): Promise<ContentColumn> {
  const held = mediaColumn(table);
  if (held !== null) return held;
  for (const modality of fileModalities) {
    const paths = table.columns.filter((column) => isMediaPath(modality, firstCell(table, column)));
    const content = mostTelling(modality, paths) ?? paths[0];
    if (content !== undefined) return { modality, content, given: false };
  }
  const free = table.columns.filter((column) => column !== options.labelColumn);
  const ids = mostTelling('text', free) === undefined ? await idColumn(table, free, files) : null;
  if (ids !== null) return ids;
  const content = guessText(table, free);
  if (content === undefined) throw missingColumn(where, table, 'content');
  return { modality: 'text', content, given: false };
}

/** The first column that holds pictures or recordings themselves. */
function mediaColumn(table: Table): ContentColumn | null {
  for (const { media } of table.records) {
    for (const [content, bytes] of media ?? []) {
      return { modality: modalityOfBytes(bytes), content, given: false };
    }
  }
  return null;
}

/** The modality of the files of the kind that bytes are of; the first where it is not known. */
function modalityOfBytes(bytes: Uint8Array): Modality {
  const group = kindOfBytes(bytes)?.group;
  const found = fileModalities.find((modality) => modalityFacts.get(modality).group === group);
  return found ?? (fileModalities[0] as Modality);
}

/** Rows whose names are looked up for a guess. */
const NAMES_LOOKED_UP = 20;

/** A column whose cells are the names, without their endings, of files below the table's folder. */
async function idColumn(
  table: Table,
  columns: readonly string[],
  files: FileNames,
): Promise<ContentColumn | null> {
  for (const modality of fileModalities) {
    const usual = columns.filter((column) => usualNamesOf(modality).some((name) => sameName(column, name)));
    const others = columns.filter((one) => !usual.includes(one) && !holdsNumbers(table, one));
    for (const column of [...usual, ...others]) {
      const cells = table.records
        .slice(0, NAMES_LOOKED_UP)
        .map(({ cells }) => (cells.get(column) ?? '').trim());
      const found = await Promise.all(
        cells.map(async (cell) => (await files.find(modality, cell)).length > 0),
      );
      if (found.filter(Boolean).length > cells.length / 2) return { modality, content: column, given: false };
    }
  }
  return null;
}

const holdsNumbers = (table: Table, column: string): boolean =>
  table.records
    .slice(0, NAMES_LOOKED_UP)
    .every(({ cells }) => /^\s*[\d.,+-]*\s*$/.test(cells.get(column) ?? ''));

function guessText(table: Table, columns: readonly string[]): string | undefined {
  const wordy = [...columns].sort((a, b) => meanLength(table, b) - meanLength(table, a))[0];
  return (
    mostTelling('text', columns) ?? (wordy !== undefined && holdsWords(table, wordy) ? wordy : undefined)
  );
}

/** The column of the texts of a table without labels. */
export function textColumnOf(where: string, table: Table, column: string | undefined): string {
  const found =
    named(where, table, 'text', column) ??
    guessText(table, table.columns) ??
    (table.columns.length === 1 ? table.columns[0] : undefined);
  if (found === undefined) throw missingColumn(where, table, 'content');
  if (column === undefined) {
    requireHeader(where, table);
    requireTextHeader(where, table, found);
  }
  return found;
}

const firstCell = (table: Table, column: string): string =>
  (table.records[0]?.cells.get(column) ?? '').trim();

/** Rows that guesses look at. */
const LOOKED_AT = 200;

function meanLength(table: Table, column: string): number {
  const cells = table.records.slice(0, LOOKED_AT).map(({ cells }) => cells.get(column) ?? '');
  return cells.reduce((sum, cell) => sum + cell.length, 0) / Math.max(1, cells.length);
}

/** Labels and numbers are single words; a text has several, most of the time. */
function holdsWords(table: Table, column: string): boolean {
  const cells = table.records.slice(0, LOOKED_AT).map(({ cells }) => (cells.get(column) ?? '').trim());
  return cells.filter((cell) => /\S\s+\S/.test(cell)).length > cells.length / 2;
}

function named(
  where: string,
  table: Table,
  role: Exclude<Role, 'split'>,
  column: string | undefined,
): string | undefined {
  if (column === undefined || table.columns.includes(column)) return column;
  throw new DatasetError(
    `${where} has no column "${column}" for the ${role}; its columns are ${listed(table)}.`,
  );
}

function missingColumn(where: string, table: Table, role: 'content' | 'label'): DatasetError {
  const ofText = modalityNames.filter((modality) => !isOfFiles(modality));
  const [wanted, how] =
    role === 'label'
      ? ['label', '--label']
      : [
          alternatives(modalityNames.map((modality) => modalityFacts.get(modality).words.noun)),
          alternatives([...ofText, ...fileModalities].map(optionOf)),
        ];
  return new DatasetError(
    `${where}: no column looks like the ${wanted}; name one with ${how}. Its columns are ${listed(table)}.`,
  );
}

const listed = (table: Table): string => table.columns.map((column) => `"${column}"`).join(', ');
