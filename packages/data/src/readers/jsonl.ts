import { z } from 'zod';
import { DatasetError } from '../errors.js';
import { readText } from './files.js';
import { parseJson } from './json.js';
import { requireRows, type TableLimits } from './limits.js';
import type { Table, TableRecord } from './manifest.js';

/** Other values, such as boxes or nested captions, are none of a classifier's columns. */
const recordSchema = z.record(z.string(), z.unknown());
const cellSchema = z.union([z.string(), z.number(), z.boolean()]);

/** Reads one JSON object a line. */
export async function readJsonl(path: string, limits: TableLimits): Promise<Table> {
  const { text, notes } = await readText(path);
  const lines = text.split(/\r?\n/);
  requireRows(path, lines.length - 1, limits);
  const records = lines.flatMap((line, index): TableRecord[] =>
    line.trim() === '' ? [] : [recordOf(path, line, index + 1)],
  );
  const columns = [...new Set(records.flatMap((record) => [...record.cells.keys()]))];
  return { columns, records, notes };
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
