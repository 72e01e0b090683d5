import { tableOf } from './delimitedText.js';
import { readText } from '../files.js';
import { requireRows, type TableLimits } from './limits.js';
import type { Table } from './cells.js';
import type { ReadOptions } from '../reader.js';

/**
 * Reads a delimited file; what stands between the cells is looked for. Cells may be quoted (RFC 4180). Where
 * the quotes do not pair up that way, as in `5" pipe`, they are read as characters, as long as each line then
 * has as many cells as the first.
 *
 * @param usual the delimiter of the file's ending
 */
export async function readDelimited(
  path: string,
  usual: string,
  limits: TableLimits,
  { header = true }: Pick<ReadOptions, 'header'>,
): Promise<Table> {
  const { text, notes } = await readText(path);
  const onRecord = (count: number): void => requireRows(path, header ? count - 1 : count, limits);
  const table = tableOf(path, text, { usual, header, onRecord });
  return { ...table, notes: [...notes, ...(table.notes ?? [])] };
}
