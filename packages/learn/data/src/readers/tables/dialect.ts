import { CsvError, parse } from 'csv-parse/sync';

/** How the quotes of a delimited file are read. */
export type Quotes = 'paired' | 'loose' | 'plain';

/** One line, or several where a quoted cell spans them. */
export interface Record {
  /** Where it starts, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

type QuoteReason = 'open' | 'goes on' | 'inside' | 'other';

const sentences: Readonly<{ [R in QuoteReason]: string }> = {
  open: 'a quoted cell is never closed',
  'goes on': 'a quoted cell goes on behind its closing quote',
  inside: 'a quote stands inside of a cell that is not quoted',
  other: 'its quotes do not pair up',
};

/** A file that cannot be read with some quotes, and where. */
export class QuoteError extends Error {
  override readonly name = 'QuoteError';

  constructor(
    readonly line: number | null,
    readonly reason: QuoteReason,
    /** What was read before. */
    readonly records: readonly Record[],
  ) {
    super(sentences[reason]);
  }
}

/** Delimiters that tables have, likeliest first. */
const delimiters = [',', ';', '\t', '|'] as const;

/** Records that a guess looks at. */
const LOOKED_AT = 100;

/** Excel's first line that names the delimiter; it is no part of the table. */
const separatorLine = /^sep=(.)\r?\n/i;

export interface Dialect {
  readonly delimiter: string;
  /** Lines before the header. */
  readonly skipped: number;
}

/**
 * What stands between the cells of a table: what its first line says, else the delimiter with which most
 * lines have as many cells as the header.
 *
 * @param usual that of the file's ending, where nothing else tells
 */
export function dialectOf(text: string, usual: string): Dialect {
  const named = separatorLine.exec(text)?.[1];
  if (named !== undefined) return { delimiter: named, skipped: 1 };
  const scored = delimiters.map((delimiter) => ({ delimiter, ...regularity(text, delimiter) }));
  const [best] = scored
    .filter(({ columns }) => columns > 1)
    .sort(
      (a, b) =>
        b.share - a.share ||
        Number(b.delimiter === usual) - Number(a.delimiter === usual) ||
        b.columns - a.columns,
    );
  return { delimiter: best?.delimiter ?? usual, skipped: 0 };
}

/** The columns of the header, and the share of the first records that have as many cells. */
function regularity(text: string, delimiter: string): { readonly columns: number; readonly share: number } {
  const [header, ...records] = readable(text, delimiter);
  const columns = header?.cells.length ?? 0;
  const alike = records.filter(({ cells }) => cells.length === columns).length;
  return { columns, share: records.length === 0 ? 1 : alike / records.length };
}

function readable(text: string, delimiter: string): Record[] {
  for (const quotes of ['paired', 'loose', 'plain'] as const) {
    try {
      return parseRecords(text, delimiter, quotes, { most: LOOKED_AT });
    } catch (error) {
      if (!(error instanceof QuoteError)) throw error;
    }
  }
  return [];
}

const quoteOptions = {
  paired: {},
  loose: { relax_quotes: true },
  plain: { quote: false },
} as const satisfies { readonly [Q in Quotes]: object };

export interface ParseOptions {
  /** Records after which to stop. */
  readonly most?: number;
  /** Told how many records there are, the header among them, as each is read; what it throws ends the reading. */
  readonly onRecord?: (count: number) => void;
}

/** @throws QuoteError where the quotes do not pair up as asked */
export function parseRecords(
  text: string,
  delimiter: string,
  quotes: Quotes,
  { most, onRecord }: ParseOptions = {},
): Record[] {
  const records: Record[] = [];
  try {
    parse(text, {
      delimiter,
      relax_column_count: true,
      skip_empty_lines: true,
      ...(most !== undefined && { to: most }),
      ...quoteOptions[quotes],
      on_record: (cells: string[], { lines }) => {
        // The count stands at the record's last line; a quoted cell may span several.
        records.push({ line: lines - newlinesIn(cells), cells });
        onRecord?.(records.length);
        return null;
      },
    });
    return records;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error.lines === 'number' ? error.lines : null;
    throw new QuoteError(line, reasonOf(error.code), records);
  }
}

function newlinesIn(cells: readonly string[]): number {
  return cells.reduce((count, cell) => count + (cell.match(/\n/g)?.length ?? 0), 0);
}

function reasonOf(code: string): QuoteReason {
  switch (code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'open';
    case 'CSV_INVALID_CLOSING_QUOTE':
      return 'goes on';
    case 'INVALID_OPENING_QUOTE':
      return 'inside';
    default:
      return 'other';
  }
}
