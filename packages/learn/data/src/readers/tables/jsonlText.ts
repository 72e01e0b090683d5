import { z } from 'zod';
import { DatasetError } from '../../errors.js';
import { parseJson } from './json.js';
import type { Table, TableRecord } from './cells.js';

/** Other values, such as boxes or nested captions, are none of a classifier's columns. */
const recordSchema = z.record(z.string(), z.unknown());
const cellSchema = z.union([z.string(), z.number(), z.boolean()]);

/**
 * The table that a text with one JSON object a line is.
 *
 * @throws DatasetError where a line is none
 */
export function jsonlTableOf(path: string, text: string): Table {
  const records = text
    .split(/\r?\n/)
    .flatMap((line, index): TableRecord[] => (line.trim() === '' ? [] : [recordOf(path, line, index + 1)]));
  return { columns: [...new Set(records.flatMap((record) => [...record.cells.keys()]))], records };
}

function recordOf(path: string, text: string, line: number): TableRecord {
  const parsed = recordSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new DatasetError(`${path}, line ${line}: the line is malformed (not a JSON object).`);
  }
  const cells = new Map<string, string>();
  for (const [column, value] of Object.entries(parsed.data)) {
    const cell = cellSchema.safeParse(value);
    if (cell.success) cells.set(column, String(cell.data));
  }
  return { line, cells };
}
