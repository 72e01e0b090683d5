import { readText } from '../files.js';
import { jsonlTableOf } from './jsonlText.js';
import { requireRows, type TableLimits } from './limits.js';
import type { Table } from './cells.js';

/** Reads one JSON object a line. */
export async function readJsonl(path: string, limits: TableLimits): Promise<Table> {
  const { text, notes } = await readText(path);
  requireRows(path, text.split('\n').length - 1, limits);
  return { ...jsonlTableOf(path, text), notes };
}
