import { access, realpath } from 'node:fs/promises';
import { basename, dirname, relative, resolve } from 'node:path';
import type { Content, Unusable } from '../../dataset.js';
import { DatasetError } from '../../errors.js';
import { isOfFiles, modalityFacts } from '../../modalities/allFacts.js';
import { counted, shownSome } from '../../words.js';
import type { Table, TableRecord } from './cells.js';
import { columnsOf, type TableColumns } from './columns.js';
import { fileNamesIn, type FileNames } from '../folders/fileNames.js';
import { isMediaPath, linksInside, pathInside } from '../files.js';
import { isMissing } from './missing.js';
import { oneHotClass } from './oneHot.js';
import { DEFAULT_MOST_UNUSABLE, type ReadOptions, type Row, type Rows } from '../reader.js';
import { splitNamed } from '../folders/splitName.js';

interface Place {
  readonly path: string;
  /** The table's folder, its links followed. */
  readonly realRoot: string;
  readonly columns: TableColumns;
  readonly files: FileNames;
}

/** What became of a line. */
type Outcome =
  | {
      readonly kind: 'row';
      readonly row: Row;
      /** What a cell stands for, where it does not say. */ readonly found?: string;
    }
  | { readonly kind: 'unusable'; /** As in "the line names x, which is not there". */ readonly what: string }
  | { readonly kind: 'unlabelled' | 'other' | 'twice' };

/** Rows of a table; paths are relative to the table's folder and stay inside it. */
export async function rowsOfTable(path: string, table: Table, options: ReadOptions): Promise<Rows> {
  if (table.records.length === 0) {
    throw new DatasetError(`${path} lists no examples; add one line for each example.`);
  }
  const root = dirname(path);
  const files = fileNamesIn(root);
  const { columns, notes } = await columnsOf(path, table, options, files);
  const place: Place = { path, realRoot: await realpath(root), columns, files };
  const lines: Lines = new Map();
  const outcomes: { line: number; outcome: Outcome }[] = [];
  for (const record of table.records) {
    outcomes.push({ line: record.line, outcome: await outcomeOf(place, record, lines) });
  }
  const unusable = unusableOf(path, outcomes, options.maxCorruptFraction ?? DEFAULT_MOST_UNUSABLE);
  return {
    root,
    modality: columns.modality,
    rows: outcomes.flatMap(({ outcome }) => (outcome.kind === 'row' ? [outcome.row] : [])),
    unusable,
    labelsFrom: originOf(columns),
    notes: [...(table.notes ?? []), ...notes, ...outcomeNotes(place, outcomes)],
  };
}

const originOf = ({ label }: TableColumns): string =>
  label.kind === 'column'
    ? `column "${label.name}"`
    : `the columns ${shownSome(label.names.map((name) => `"${name}"`))}`;

/** The lines that cannot be used; more than the limit of them are an error that begins with the first. */
function unusableOf(
  path: string,
  outcomes: readonly { line: number; outcome: Outcome }[],
  limit: number,
): Unusable[] {
  const bad = outcomes.flatMap(({ line, outcome }) =>
    outcome.kind === 'unusable' ? [{ line, what: outcome.what }] : [],
  );
  const [first] = bad;
  if (first !== undefined && bad.length > limit * outcomes.length) {
    const others =
      bad.length === 1
        ? ''
        : ` ${counted(bad.length - 1, 'other line')} of ${outcomes.length} cannot be used either, over the limit of ${Math.round(limit * 1000) / 10} % (--max-corrupt).`;
    throw new DatasetError(`${path}, line ${first.line}: the line ${first.what}.${others}`);
  }
  return bad.map(({ line, what }) => ({ id: `${basename(path)}, line ${line}`, reason: `it ${what}` }));
}

function outcomeNotes({ columns }: Place, outcomes: readonly { line: number; outcome: Outcome }[]): string[] {
  const { modality, label } = columns;
  const { noun, article } = modalityFacts.get(modality).words;
  const linesOf = (kind: Outcome['kind']): string[] =>
    outcomes.flatMap(({ line, outcome }) => (outcome.kind === kind ? [String(line)] : []));
  const found = outcomes.flatMap(({ outcome }) =>
    outcome.kind === 'row' && outcome.found !== undefined ? [outcome.found] : [],
  );
  const [unlabelled, other, twice] = [linesOf('unlabelled'), linesOf('other'), linesOf('twice')];
  const where = (lines: readonly string[]): string =>
    `${lines.length === 1 ? 'line' : 'lines'} ${shownSome(lines)}`;
  return [
    ...(found.length === 0 ? [] : [`Found ${counted(found.length, noun)} by name, such as ${found[0]}.`]),
    ...(unlabelled.length === 0 || label.kind !== 'column'
      ? []
      : [
          `Left out ${unlabelled.length} of ${counted(outcomes.length, 'line')}: they have no value in column "${label.name}".`,
          `Without a label: ${where(unlabelled)}.`,
        ]),
    ...(other.length === 0
      ? []
      : [
          `Ignored ${counted(other.length, 'line')} that ${other.length === 1 ? 'does' : 'do'} not name ${article} ${noun} Espalier reads (${where(other)}).`,
        ]),
    ...(twice.length === 0
      ? []
      : [`Kept ${noun}s that are listed twice with the same label once (${where(twice)}).`]),
  ];
}

/** Where each example was first listed, and as what. */
type Lines = Map<string, { readonly line: number; readonly className: string }>;

async function outcomeOf(place: Place, record: TableRecord, lines: Lines): Promise<Outcome> {
  const className = classOf(place, record);
  if (isMissing(className)) return { kind: 'unlabelled' };
  const named = await exampleOf(place, record);
  if (named.kind === 'unusable') return named;
  const { id, content, found } = named;
  if (content.kind === 'file' && !isMediaPath(place.columns.modality, content.path)) return { kind: 'other' };
  const first = lines.get(id);
  if (first?.className === className) return { kind: 'twice' };
  if (first !== undefined) {
    return {
      kind: 'unusable',
      what: `lists ${id} again (first on line ${first.line}), as "${className}" and not "${first.className}"`,
    };
  }
  lines.set(id, { line: record.line, className });
  const row = { id, content, className, ...placeOf(place, record) };
  return { kind: 'row', row, ...(found !== undefined && { found }) };
}

const cellOf = (record: TableRecord, column: string | undefined): string =>
  column === undefined ? '' : (record.cells.get(column) ?? '').trim();

const classOf = ({ path, columns: { label } }: Place, record: TableRecord): string =>
  label.kind === 'column' ? cellOf(record, label.name) : oneHotClass(path, label.names, record);

function placeOf({ path, columns }: Place, record: TableRecord): Pick<Row, 'split' | 'group'> {
  const group = cellOf(record, columns.group);
  return {
    ...splitOf(path, record, cellOf(record, columns.split)),
    ...(group === '' ? {} : { group }),
  };
}

type Named =
  | { readonly kind: 'example'; readonly id: string; readonly content: Content; readonly found?: string }
  | Extract<Outcome, { kind: 'unusable' }>;

async function exampleOf(place: Place, record: TableRecord): Promise<Named> {
  const { path, columns } = place;
  // Text is taken as it is written; an empty one is reported when the dataset is scanned.
  if (!isOfFiles(columns.modality)) {
    const text = record.cells.get(columns.content) ?? '';
    return { kind: 'example', id: `${basename(path)}:${record.line}`, content: { kind: 'text', text } };
  }
  const bytes = record.media?.get(columns.content);
  if (bytes !== undefined) {
    return { kind: 'example', id: `${basename(path)}:${record.line}`, content: { kind: 'bytes', bytes } };
  }
  return fileOf(place, record);
}

async function fileOf(place: Place, record: TableRecord): Promise<Named> {
  const { path: table, realRoot, columns } = place;
  const file = cellOf(record, columns.content);
  if (file === '') return { kind: 'unusable', what: `has no value in column "${columns.content}"` };
  const root = dirname(table);
  // Tables written on Windows use backslashes.
  const path = await existing(resolve(root, file.replaceAll('\\', '/')));
  const id = pathInside(root, path);
  if (id === undefined) {
    throw lineError(table, record, `names ${file}, which lies outside the manifest's folder`);
  }
  const inside = await linksInside(realRoot, path).catch(() => undefined);
  if (inside === undefined) return byName(place, file);
  if (!inside) throw lineError(table, record, `names ${file}, a link that leaves the folder`);
  return { kind: 'example', id, content: { kind: 'file', path } };
}

/** The one file below the table's folder that has the name, with any ending where the name has none. */
async function byName({ path: table, columns, files }: Place, name: string): Promise<Named> {
  const root = dirname(table);
  const paths = await files.find(columns.modality, name);
  const [path, other] = paths;
  if (path === undefined) return { kind: 'unusable', what: `names ${name}, which is not there` };
  if (other !== undefined) {
    const both = [path, other].map((one) => relative(root, one)).join(' or ');
    return { kind: 'unusable', what: `names ${name}, which may be ${both}` };
  }
  const id = pathInside(root, path) as string;
  return { kind: 'example', id, content: { kind: 'file', path }, found: `${id} for ${name}` };
}

/** The path in the Unicode form that the disk has it in: tables and file systems differ in that. */
async function existing(path: string): Promise<string> {
  const forms = [...new Set([path, path.normalize('NFC'), path.normalize('NFD')])];
  if (forms.length === 1) return path;
  for (const form of forms) {
    const isThere = await access(form).then(
      () => true,
      () => false,
    );
    if (isThere) return form;
  }
  return path;
}

function splitOf(path: string, record: TableRecord, word: string): Pick<Row, 'split'> {
  if (word === '') return {};
  const split = splitNamed(word);
  if (split === undefined) {
    throw lineError(
      path,
      record,
      `has the split "${word}"; use train, validation or test, or leave it empty`,
    );
  }
  return { split };
}

function lineError(path: string, record: TableRecord, what: string): DatasetError {
  return new DatasetError(`${path}, line ${record.line}: the line ${what}.`);
}
