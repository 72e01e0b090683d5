import { CsvError, parse } from 'csv-parse/sync';
import { DatasetError } from '../errors.js';
import { readText } from './files.js';
import { requireRows, type TableLimits } from './limits.js';
import type { Table, TableRecord } from './manifest.js';

/**
 * Reads a delimited file whose first line names the columns. Cells may be quoted (RFC 4180); a file that
 * is malformed that way but has tabs and as many cells a line as columns is read with quotes as plain
 * characters, as text/tab-separated-values has them.
 */
export async function readDelimited(
  path: string,
  delimiterOf: (header: string) => string,
  limits: TableLimits,
): Promise<Table> {
  const text = await readText(path);
  const delimiter = delimiterOf(text.slice(0, text.search(/\r?\n|$/)));
  try {
    return tableOf(path, text, { delimiter, quoted: true, limits });
  } catch (error) {
    if (delimiter !== '\t' || !text.includes('"')) throw error;
    try {
      const table = tableOf(path, text, { delimiter, quoted: false, limits });
      return {
        ...table,
        notes: ['Read quotes as plain characters: as quotes of cells they do not pair up.'],
      };
    } catch {
      throw error;
    }
  }
}

interface Form {
  readonly delimiter: string;
  readonly quoted: boolean;
  readonly limits: TableLimits;
}

function tableOf(path: string, text: string, form: Form): Table {
  const [header, ...body] = parseRecords(path, text, form);
  if (header === undefined) throw new DatasetError(`${path} is empty; it needs a header line.`);
  const columns = header.cells.map((name) => name.trim());
  const repeated = columns.find((name, index) => columns.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw new DatasetError(`${path}, line 1: the column "${repeated}" appears twice.`);
  }
  const records = body.map(({ line, cells }): TableRecord => {
    if (cells.length !== columns.length) {
      throw new DatasetError(
        `${path}, line ${line}: the line has ${cells.length} cells where the header has ${columns.length}.`,
      );
    }
    return { line, cells: new Map(columns.map((column, index) => [column, cells[index] ?? ''])) };
  });
  return { columns, records };
}

function parseRecords(
  path: string,
  text: string,
  { delimiter, quoted, limits }: Form,
): { line: number; cells: string[] }[] {
  const records: { line: number; cells: string[] }[] = [];
  try {
    parse(text, {
      delimiter,
      relax_column_count: true,
      skip_empty_lines: true,
      ...(quoted ? {} : { quote: false }),
      on_record: (cells: string[], { lines }) => {
        // The count stands at the record's last line; a quoted cell may span several.
        requireRows(path, records.length, limits);
        records.push({ line: lines - newlinesIn(cells), cells });
        return null;
      },
    });
    return records;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const where = typeof error.lines === 'number' ? `, line ${error.lines}` : '';
    throw new DatasetError(`${path}${where}: the line is malformed (${plainReason(error)}).`, {
      cause: error,
    });
  }
}

function newlinesIn(cells: readonly string[]): number {
  return cells.reduce((count, cell) => count + (cell.match(/\n/g)?.length ?? 0), 0);
}

function plainReason(error: CsvError): string {
  return error.code === 'CSV_QUOTE_NOT_CLOSED'
    ? 'a quoted cell is never closed'
    : error.message.replace(/\.$/, '');
}
