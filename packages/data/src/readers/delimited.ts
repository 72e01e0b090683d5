import { DatasetError } from '../errors.js';
import { dialectOf, parseRecords, QuoteError, type Quotes, type Record } from './dialect.js';
import { counted } from '../words.js';
import { readText } from './files.js';
import { requireRows, type TableLimits } from './limits.js';
import type { Table, TableRecord } from './manifest.js';

/**
 * Reads a delimited file whose first line names the columns; what stands between the cells is looked for.
 * Cells may be quoted (RFC 4180). Where the quotes do not pair up that way, as in `5" pipe`, they are read as
 * characters, as long as each line then has as many cells as the header.
 *
 * @param usual the delimiter of the file's ending
 */
export async function readDelimited(path: string, usual: string, limits: TableLimits): Promise<Table> {
  const { text, notes } = await readText(path);
  const { delimiter, skipped } = dialectOf(text, usual);
  const body = skipped === 0 ? text : text.slice(text.indexOf('\n') + 1);
  const form = { path, delimiter, limits };
  const { records, quotes } = recordsOf(body, form, skipped);
  const [header, ...rows] = records;
  if (header === undefined) throw new DatasetError(`${path} is empty; it needs a header line.`);
  const columns = header.cells.map((name) => name.trim());
  const repeated = columns.find((name, index) => columns.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw new DatasetError(`${path}, line ${header.line}: the column "${repeated}" appears twice.`);
  }
  return {
    columns,
    headerLine: header.line,
    records: rows.map((record) => rowOf(path, columns, record)),
    notes: [
      ...notes,
      ...(delimiter === usual
        ? []
        : [`Read ${shownDelimiters[delimiter] ?? `"${delimiter}"`} between the cells.`]),
      ...(quotes === 'paired'
        ? []
        : ['Read quotes as plain characters: as quotes of cells they do not pair up.']),
    ],
  };
}

const shownDelimiters: Readonly<{ [delimiter: string]: string | undefined }> = {
  ',': 'commas',
  ';': 'semicolons',
  '\t': 'tabs',
  '|': 'bars',
};

function rowOf(path: string, columns: readonly string[], { line, cells }: Record): TableRecord {
  if (cells.length !== columns.length) {
    throw new DatasetError(
      `${path}, line ${line}: the line has ${counted(cells.length, 'cell')} where the header has ${columns.length}.`,
    );
  }
  return { line, cells: new Map(columns.map((column, index) => [column, cells[index] ?? ''])) };
}

interface Form {
  readonly path: string;
  readonly delimiter: string;
  readonly limits: TableLimits;
}

interface Parsed {
  readonly records: readonly Record[];
  readonly quotes: Quotes;
}

/** The records with the strictest quotes that every line has its cells with. */
function recordsOf(text: string, form: Form, skipped: number): Parsed {
  const { path, delimiter } = form;
  try {
    return { records: moved(limited(text, form, 'paired'), skipped), quotes: 'paired' };
  } catch (error) {
    if (!(error instanceof QuoteError)) throw error;
    // Of a cell that only begins with a quote, text/tab-separated-values alone says what it means.
    const isOpen = error.reason === 'open' && delimiter !== '\t';
    const tried = isOpen ? (['loose'] as const) : (['loose', 'plain'] as const);
    const readings = tried.flatMap((quotes) => regular(text, form, quotes));
    // A quote that is never closed swallows lines: the reading that has more of them is right.
    const [best] = readings.sort((a, b) => b.records.length - a.records.length);
    if (best !== undefined) return { ...best, records: moved(best.records, skipped) };
    const where = error.line === null ? '' : `, line ${error.line + skipped}`;
    throw new DatasetError(`${path}${where}: the line is malformed (${error.message}).`, { cause: error });
  }
}

/** @throws DatasetError where there are more rows than a table may have */
const limited = (text: string, { path, delimiter, limits }: Form, quotes: Quotes): Record[] =>
  parseRecords(text, delimiter, quotes, { onRecord: (count) => requireRows(path, count - 1, limits) });

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
