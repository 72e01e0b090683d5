import Table from 'cli-table3';

/** Frame without lines between the rows, which would take half of the screen. */
const frame = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };

/** A table of plain text. */
export interface TextTable {
  readonly push: (row: readonly (string | number)[]) => void;
  readonly toString: () => string;
}

export interface Fit {
  /** Columns of the terminal; Infinity where the table is no part of one. */
  readonly room?: number;
  /** What becomes of a text that does not fit its column. */
  readonly fit?: 'wrap' | 'cut';
}

/** Columns of the terminal that a program writes to; Infinity where it writes to a file or another program. */
const roomOf = ({ isTTY, columns }: NodeJS.WriteStream): number => (isTTY ? columns : Infinity);

/**
 * Makes a table; columns that start with `>` are aligned to the right. Where the terminal is too narrow, the widest
 * texts give way, but not the first column, which holds names that people type.
 */
export function tableOf(
  columns: readonly string[],
  { room = roomOf(process.stdout), fit = 'wrap' }: Fit = {},
): TextTable {
  const rows: string[][] = [];
  return {
    push: (row) => rows.push(row.map(String)),
    toString: () => {
      const head = columns.map((column) => column.replace(/^>/, ''));
      const table = new Table({
        head,
        colAligns: columns.map((column) => (column.startsWith('>') ? 'right' : 'left')),
        style: { head: [], border: [] },
        chars: frame,
        ...fitted(columns, [head, ...rows], room),
        ...(fit === 'wrap' && { wordWrap: true }),
      });
      table.push(...rows);
      return table.toString();
    },
  };
}

/** Spaces on both sides of a cell. */
const PADDING = 2;
/** No column of texts becomes narrower. */
const LEAST = 12;

/** Widths of columns that fit a room, as far as they can; none where all fit as they are. */
function fitted(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  room: number,
): { colWidths?: number[] } {
  const longest = (of: readonly (readonly string[])[], i: number): number =>
    PADDING + Math.max(0, ...of.map((row) => row[i]?.length ?? 0));
  const widths = columns.map((_, i) => longest(rows, i));
  // Texts give way first, and then the heads of numbers.
  const least = columns.map((column, i) => (column.startsWith('>') ? longest(rows.slice(1), i) : LEAST));
  const total = (): number => widths.reduce((sum, width) => sum + width + 1, 1);
  if (total() <= room) return {};
  const indexes = columns.map((_, i) => i).slice(1);
  for (const isText of [true, false]) {
    const own = indexes.filter((i) => isText !== columns[i]?.startsWith('>'));
    while (total() > room) {
      const [widest] = own
        .filter((i) => (widths[i] ?? 0) > (least[i] ?? 0))
        .sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0));
      if (widest === undefined) break;
      widths[widest] = (widths[widest] ?? 0) - 1;
    }
  }
  return { colWidths: widths };
}
