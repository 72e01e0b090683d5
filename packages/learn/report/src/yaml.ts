import { clean } from './text.js';

export type Yaml = string | number | readonly Yaml[] | { readonly [key: string]: Yaml };

/** Block-style YAML. Strings are in double quotes: JSON's escapes are YAML's, and a reader of Markdown sees no tag. */
export function yaml(value: { readonly [key: string]: Yaml }): string {
  return linesOf(value).join('\n');
}

function linesOf(value: Yaml): string[] {
  if (typeof value === 'string') return [JSON.stringify(clean(value)).replaceAll('<', '\\u003c')];
  if (typeof value === 'number') return [String(value)];
  if (isList(value)) return value.flatMap((item) => indented(linesOf(item), '- ', '  '));
  return Object.entries(value).flatMap(([key, item]) =>
    typeof item === 'object'
      ? [`${key}:`, ...indented(linesOf(item), '  ', '  ')]
      : [`${key}: ${linesOf(item)[0]}`],
  );
}

const isList = (value: Yaml): value is readonly Yaml[] => Array.isArray(value);

const indented = (lines: readonly string[], first: string, rest: string): string[] =>
  lines.map((line, index) => `${index === 0 ? first : rest}${line}`);
