/** What spreadsheets, databases and data frames write where there is no value. */
const missing: ReadonlySet<string> = new Set([
  ...['', 'nan', '-nan', 'na', 'n/a', '#n/a', '<na>', 'null', '#null!', 'nil'],
]);

/** Whether a cell stands for no value. */
export const isMissing = (cell: string): boolean => missing.has(cell.trim().toLowerCase());
