import { basename, extname } from 'node:path';
import { DatasetError } from '../../errors.js';
import { counted } from '../../words.js';
import type { Row } from '../reader.js';

export interface Groups {
  /** The group of each row, where it is in one. */
  readonly names: readonly (string | undefined)[];
  readonly notes: readonly string[];
}

/**
 * Groups by a regular expression on the ids: the first capture, or the whole match. A plain word that
 * matches nothing, such as `speaker`, is guessed among the parts of the file names.
 */
export function groupsByPattern(rows: readonly Row[], pattern: string): Groups {
  let expression: RegExp;
  try {
    expression = new RegExp(pattern, 'u');
  } catch (error) {
    throw new DatasetError(`groupPattern is not a regular expression: ${String(error)}.`);
  }
  const names = rows.map(({ id }) => {
    const match = expression.exec(id);
    return match === null ? undefined : (match[1] ?? match[0]);
  });
  if (names.some((name) => name !== undefined)) return { names, notes: [countNote(names)] };
  if (/^[a-z][a-z_]*$/i.test(pattern)) return groupsByFileNames(rows, pattern);
  throw new DatasetError(
    `groupPattern ${pattern} matches no example; it is tried on paths such as ${rows[0]?.id}.`,
  );
}

function countNote(names: readonly (string | undefined)[]): string {
  const alone = names.filter((name) => name === undefined).length;
  const distinct = new Set(names).size - (alone > 0 ? 1 : 0);
  const note = `groupPattern found ${counted(distinct, 'group')}`;
  return alone > 0 ? `${note}; ${counted(alone, 'example is', 'examples are')} in none.` : `${note}.`;
}

/**
 * The part of names such as `7_jackson_12.wav` that stands for a group: not the class, no number, with
 * few values that each occur with several classes.
 */
function groupsByFileNames(rows: readonly Row[], word: string): Groups {
  const parts = rows.map(({ id }) => basename(id, extname(id)).split(/[_\s-]+/));
  const width = Math.min(...parts.map(({ length }) => length));
  const places = Array.from({ length: width }, (_, place) => place).filter((place) =>
    looksLikeGroup(
      rows,
      parts.map((part) => part[place] as string),
    ),
  );
  const [place, ...others] = places;
  if (place === undefined || others.length > 0) {
    const found = place === undefined ? 'no part' : 'several parts';
    throw new DatasetError(
      `"${word}" is no column and matches no path, and ${found} of the file names could be it; ` +
        `give a regular expression for paths such as ${rows[0]?.id}, such as --group '_([a-z]+)_'.`,
    );
  }
  const names = parts.map((part) => part[place] as string);
  const distinct = [...new Set(names)].sort();
  const shown = distinct.slice(0, 3).join(', ');
  const note = `Guessed that part ${place + 1} of the file names (${shown}, ...) is the ${word}: ${counted(distinct.length, 'group')}.`;
  return { names, notes: [note] };
}

function looksLikeGroup(rows: readonly Row[], values: readonly string[]): boolean {
  const classesOf = new Map<string, Set<string>>();
  values.forEach((value, i) => {
    const classes = classesOf.get(value) ?? new Set();
    classesOf.set(value, classes.add((rows[i] as Row).className));
  });
  const few = classesOf.size >= 2 && classesOf.size <= rows.length / 4;
  const spread = [...classesOf.values()].filter(({ size }) => size > 1).length;
  return few && spread > classesOf.size / 2 && values.some((value) => !/^\d+$/.test(value));
}
