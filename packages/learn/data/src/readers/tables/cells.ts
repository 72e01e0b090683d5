/** What every table comes down to. */
export interface Table {
  readonly columns: readonly string[];
  /** Where the line that names the columns stands, in formats whose first line does. */
  readonly headerLine?: number;
  readonly records: readonly TableRecord[];
  /** What had to be assumed to read it. */
  readonly notes?: readonly string[];
}

export interface TableRecord {
  /** Where the record starts in the file, from 1. */
  readonly line: number;
  readonly cells: ReadonlyMap<string, string>;
  /** Files that the table holds, by their columns. */
  readonly media?: ReadonlyMap<string, Uint8Array>;
}
