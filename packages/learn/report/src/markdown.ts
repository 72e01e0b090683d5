import { clean, cleanLines } from './text.js';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '|': '&#124;',
  '\\': '&#92;',
  '`': '&#96;',
  $: '&#36;',
};

const special = /[&<>|\\`$]|[*~[\]]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|:(?=\/\/)|(?<=www)\./giu;

/** Foreign text as Markdown that shows it and does nothing else: no tags, links, cells or emphasis. */
export const text = (value: string): string =>
  clean(value)
    .replace(special, (character) => entities[character] ?? `\\${character}`)
    .replace(/^(?=[-+#=])/, '\\')
    .replace(/^(\d+)(?=[.)](?:\s|$))/, '$1\\');

/** A code span; not for table cells, where a bar would end the cell. */
export function code(value: string): string {
  const line = clean(value);
  const fence = '`'.repeat(longestRun(line) + 1);
  const room = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${room}${line}${room}${fence}`;
}

/** A fenced block that its content cannot end. */
export function block(language: string, content: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(content) + 1));
  return `${fence}${language}\n${cleanLines(content)}\n${fence}`;
}

const longestRun = (value: string): number =>
  Math.max(0, ...(value.match(/`+/g) ?? []).map(({ length }) => length));

/** GitHub's alert. */
export const alert = (kind: 'NOTE' | 'WARNING', markdown: string): string => `> [!${kind}]\n> ${markdown}`;

/** A column of numbers. */
export interface NumberColumn {
  readonly number: string;
}

export const number = (title: string): NumberColumn => ({ number: title });

/** A table; titles and cells are Markdown already. */
export function table(
  columns: readonly (string | NumberColumn)[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map((column) => (typeof column === 'string' ? column : column.number))),
    line(columns.map((column) => (typeof column === 'string' ? '---' : '---:'))),
    ...rows.map(line),
  ].join('\n');
}

export const bullets = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');

/** The first items, and how many more there are. */
export function firstOf(items: readonly string[], limit: number): string[] {
  const rest = items.length - limit;
  return rest > 0 ? [...items.slice(0, limit), `and ${rest} more in report.json`] : [...items];
}

/** Blocks with an empty line between them; empty ones are left out. */
export const blocks = (...parts: readonly string[]): string =>
  parts.filter((part) => part !== '').join('\n\n');
