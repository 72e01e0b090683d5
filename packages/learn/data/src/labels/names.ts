import type { Row } from '../readers/reader.js';
import type { Labelled } from './kind.js';

/**
 * Finds the classes of rows. Names that differ in their Unicode form, in spaces around them, or as numbers
 * are written (`1`, `1.0`) are one class; so are names of several letters that differ in case. Classes
 * are sorted by code unit, numbers in them as numbers, so that labels do not depend on a machine's language.
 */
export function labelRows(rows: readonly Row[]): Labelled {
  const variants = new Map<string, Map<string, number>>();
  for (const { className } of rows) {
    const key = keyOf(className);
    const counts = variants.get(key) ?? new Map<string, number>();
    counts.set(className, (counts.get(className) ?? 0) + 1);
    variants.set(key, counts);
  }
  const names = new Map([...variants].map(([key, counts]) => [key, shownName(counts)]));
  const classes = [...names.values()].sort(inOrder);
  const numbers = new Map([...names].map(([key, name]) => [key, classes.indexOf(name)]));
  return {
    classes,
    labels: rows.map(({ className }) => numbers.get(keyOf(className)) as number),
    notes: [...mergedNotes(variants, names), ...nearNotes(classes)],
  };
}

const tidy = (name: string): string => name.normalize('NFC').trim().replace(/\s+/gu, ' ');

/** Numbers with leading zeros, and those with more digits than a number keeps, are codes. */
const isNumber = (name: string): boolean => /^[+-]?(0|[1-9]\d{0,14})(\.\d{0,14})?$/.test(name);

/** What names of one class have in common. Single letters in two cases may be meant apart. */
function keyOf(className: string): string {
  const name = tidy(className);
  if (isNumber(name)) return String(Number(name));
  return [...name].length === 1 ? name : name.toLowerCase();
}

/** How often each spelling occurs, what nobody sees put aside. */
function spellings(counts: ReadonlyMap<string, number>): Map<string, number> {
  const spelt = new Map<string, number>();
  for (const [name, count] of counts) {
    const own = tidy(name);
    spelt.set(own, (spelt.get(own) ?? 0) + count);
  }
  return spelt;
}

/** The spelling that most rows have; the shortest, and then the first by code unit, of several. */
function shownName(counts: ReadonlyMap<string, number>): string {
  const [first] = [...spellings(counts)].sort(
    ([a, m], [b, n]) => n - m || a.length - b.length || (a < b ? -1 : 1),
  );
  const [name] = first as [string, number];
  return isNumber(name) ? String(Number(name)) : name;
}

function mergedNotes(
  variants: ReadonlyMap<string, ReadonlyMap<string, number>>,
  names: ReadonlyMap<string, string>,
): string[] {
  const merged = [...variants].filter(([, counts]) => counts.size > 1);
  return merged.slice(0, 5).map(([key, counts]) => {
    const spelt = spellings(counts);
    const shown = [...spelt]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, count]) => `${JSON.stringify(name)} (${count})`)
      .join(', ');
    const what =
      spelt.size > 1 ? shown : `${counts.size} spellings that differ in Unicode form or spaces alone`;
    return `Took ${what} for one class, "${names.get(key)}".`;
  });
}

/** Names that stay apart and yet look alike. */
function nearNotes(classes: readonly string[]): string[] {
  const alike = new Map<string, string[]>();
  for (const name of classes) {
    const key = name
      .toLowerCase()
      .replace(/^0+(?=\d)/, '')
      .replaceAll(/[\s_-]+/g, ' ');
    alike.set(key, [...(alike.get(key) ?? []), name]);
  }
  return [...alike.values()]
    .filter((names) => names.length > 1)
    .slice(0, 5)
    .map((names) => {
      const listed = names.map((name) => `"${name}"`).join(' and ');
      return `${listed} look alike and are learnt as different classes; give them one name if they are one.`;
    });
}

/** By code unit, runs of digits by their number. */
function inOrder(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (const [i, part] of left.entries()) {
    const other = right[i];
    if (other === undefined) return 1;
    if (part === other) continue;
    const difference = valueOf(part) - valueOf(other);
    if (difference !== 0 && !Number.isNaN(difference)) return difference;
    return part < other ? -1 : 1;
  }
  return left.length - right.length;
}

/** The value of a part that is a number; NaN for any text, also for what JavaScript reads as one. */
const valueOf = (part: string): number => (/\d/.test(part) ? Number(part) : NaN);

/** A name as text and numbers; a number alone keeps its sign and fraction. */
const partsOf = (name: string): string[] => (isNumber(name) ? [name] : (name.match(/\d+|\D+/gu) ?? ['']));
