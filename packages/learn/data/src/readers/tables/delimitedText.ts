import { DatasetError } from '../../errors.js';
import { counted } from '../../words.js';
import { dialectOf, parseRecords, QuoteError, type Quotes, type Record } from './dialect.js';
import type { Table, TableRecord } from './cells.js';

export interface DelimitedOptions {
  /** The delimiter of the file's ending. */
  readonly usual: string;
  /** Whether the first line names the columns. */
  readonly header: boolean;
  /** Told how many records there are as each is read; what it throws ends the reading. */
  readonly onRecord?: (count: number) => void;
  /** Records after which to stop, the header among them. */
  readonly most?: number;
  /** Whether the text is the beginning of a longer one, which may be cut inside of a quoted cell. */
  readonly isPart?: boolean;
}

/**
 * The table that a text with something between its cells is.
 *
 * @throws DatasetError where its lines cannot be read
 */
export function tableOf(
  path: string,
  text: string,
  { usual, header, onRecord, most, isPart = false }: DelimitedOptions,
): Table {
  const { delimiter, skipped } = dialectOf(text, usual);
  const body = skipped === 0 ? text : text.slice(text.indexOf('\n') + 1);
  const form = {
    ...{ path, delimiter, isPart },
    ...(onRecord && { onRecord }),
    ...(most !== undefined && { most }),
  };
  const { records, quotes } = recordsOf(body, form, skipped);
  const [first, ...others] = records;
  if (first === undefined) {
    throw new DatasetError(
      `${path} is empty; it needs ${header ? 'a header line' : 'a line for each example'}.`,
    );
  }
  const columns = header ? namesIn(path, first) : first.cells.map((_, i) => String(i + 1));
  return {
    columns,
    ...(header && { headerLine: first.line }),
    records: (header ? others : records).map((record) =>
      rowOf(path, columns, record, header ? 'header' : 'first line'),
    ),
    notes: [
      ...(delimiter === usual
        ? []
        : [`Read ${shownDelimiters[delimiter] ?? `"${delimiter}"`} between the cells.`]),
      ...(quotes === 'paired'
        ? []
        : ['Read quotes as plain characters: as quotes of cells they do not pair up.']),
    ],
  };
}

/** @throws DatasetError where two columns have one name */
function namesIn(path: string, { line, cells }: Record): string[] {
  const names = cells.map((name) => name.trim());
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated === undefined) return names;
  throw new DatasetError(`${path}, line ${line}: the column "${repeated}" appears twice.`);
}

const shownDelimiters: Readonly<{ [delimiter: string]: string | undefined }> = {
  ',': 'commas',
  ';': 'semicolons',
  '\t': 'tabs',
  '|': 'bars',
};

function rowOf(
  path: string,
  columns: readonly string[],
  { line, cells }: Record,
  first: string,
): TableRecord {
  if (cells.length !== columns.length) {
    throw new DatasetError(
      `${path}, line ${line}: the line has ${counted(cells.length, 'cell')} where the ${first} has ${columns.length}.`,
    );
  }
  return { line, cells: new Map(columns.map((column, index) => [column, cells[index] ?? ''])) };
}

interface Form extends Pick<DelimitedOptions, 'onRecord' | 'most'> {
  readonly path: string;
  readonly delimiter: string;
  readonly isPart: boolean;
}

interface Parsed {
  readonly records: readonly Record[];
  readonly quotes: Quotes;
}

/** The records with the strictest quotes that every line has its cells with. */
function recordsOf(text: string, form: Form, skipped: number): Parsed {
  const { path, delimiter, isPart } = form;
  try {
    return { records: moved(limited(text, form, 'paired'), skipped), quotes: 'paired' };
  } catch (error) {
    if (!(error instanceof QuoteError)) throw error;
    // Of a cell that only begins with a quote, text/tab-separated-values alone says what it means.
    const isOpen = error.reason === 'open' && delimiter !== '\t';
    const tried = isOpen ? (['loose'] as const) : (['loose', 'plain'] as const);
    const readings = tried.flatMap((quotes) => regular(text, form, quotes));
    if (isPart && error.reason === 'open') readings.push({ records: error.records, quotes: 'paired' });
    // A quote that is never closed swallows lines: the reading that has more of them is right.
    const [best] = readings.sort((a, b) => b.records.length - a.records.length);
    if (best !== undefined) return { ...best, records: moved(best.records, skipped) };
    const where = error.line === null ? '' : `, line ${error.line + skipped}`;
    throw new DatasetError(`${path}${where}: the line is malformed (${error.message}).`, { cause: error });
  }
}

const limited = (text: string, { delimiter, onRecord, most }: Form, quotes: Quotes): Record[] =>
  parseRecords(text, delimiter, quotes, {
    ...(onRecord && { onRecord }),
    ...(most !== undefined && { most }),
  });

function regular(text: string, form: Form, quotes: Quotes): Parsed[] {
  try {
    const records = limited(text, form, quotes);
    return records.every(({ cells }) => cells.length === records[0]?.cells.length)
      ? [{ records, quotes }]
      : [];
  } catch (error) {
    if (error instanceof QuoteError) return [];
    throw error;
  }
}

const moved = (records: readonly Record[], lines: number): readonly Record[] =>
  lines === 0 ? records : records.map((record) => ({ ...record, line: record.line + lines }));
