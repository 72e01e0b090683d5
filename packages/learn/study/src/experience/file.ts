import { readFile, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { lockFolder, writeFileAtomic } from '@espalier/base/files';
import { z } from 'zod';
import { StudyError } from '../errors.js';
import { experienceRowSchema, type ExperienceRow } from './row.js';

/** Rows that are kept at most: the studies that began first make way. */
export const MOST_ROWS = 5000;

type Environment = Readonly<Record<string, string | undefined>>;

/** The file that the environment names, ESPALIER_EXPERIENCE, else one of the user's; null where it is `none`. */
export function experiencePath(env: Environment = process.env): string | null {
  const named = env['ESPALIER_EXPERIENCE'];
  if (named === 'none') return null;
  const data = env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share');
  return resolve(named || join(data, 'espalier', 'experience.jsonl'));
}

/**
 * Reads what earlier studies have seen; nothing where there is no file.
 *
 * @throws StudyError naming the line that is no row
 */
export async function readExperience(path: string): Promise<readonly ExperienceRow[]> {
  try {
    return rowsOf(await readFile(path, 'utf8'), path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** @throws StudyError naming the line that is no row */
export const rowsOf = (text: string, path: string): readonly ExperienceRow[] =>
  text.split('\n').flatMap((line, i) => (line.trim() === '' ? [] : [rowOf(line, i + 1, path)]));

function rowOf(line: string, number: number, path: string): ExperienceRow {
  try {
    return experienceRowSchema.parse(JSON.parse(line));
  } catch (error) {
    const [issue] = error instanceof z.ZodError ? error.issues : [];
    const reason = issue === undefined ? 'it is no JSON' : `${issue.path.join('.')}: ${issue.message}`;
    throw new StudyError(
      `line ${number} of ${path} is no row of experience (${reason}); take another file, or none`,
    );
  }
}

/** What became of rows that were added. */
export interface Added {
  readonly studies: number;
  readonly rows: number;
  /** Studies that were there already. */
  readonly known: number;
}

/**
 * Adds the trials of studies that are not there yet. A reader sees all of them or none; of two processes one waits.
 *
 * @throws StudyError where the file is damaged; LockedError where another process keeps it
 */
export async function addExperience(path: string, rows: readonly ExperienceRow[]): Promise<Added> {
  const unlock = await lockFolder(dirname(path), 'experience');
  try {
    const before = await readExperience(path);
    const known = new Set(before.map(({ study }) => study));
    const added = rows.filter(({ study }) => !known.has(study));
    const studies = new Set(rows.map(({ study }) => study));
    if (added.length > 0) await writeExperience(path, bounded([...before, ...added]));
    const fresh = new Set(added.map(({ study }) => study)).size;
    return { studies: fresh, rows: added.length, known: studies.size - fresh };
  } finally {
    await unlock();
  }
}

/** Writes rows to a file that its owner alone may read. */
export const writeExperience = (path: string, rows: readonly ExperienceRow[]): Promise<void> =>
  writeFileAtomic(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''), { private: true });

/** Forgets everything. */
export async function clearExperience(path: string): Promise<void> {
  const unlock = await lockFolder(dirname(path), 'experience');
  try {
    await rm(path, { force: true });
  } finally {
    await unlock();
  }
}

/** Whole studies of the last to begin, as many as there is room for. */
function bounded(rows: readonly ExperienceRow[]): readonly ExperienceRow[] {
  if (rows.length <= MOST_ROWS) return rows;
  const newest = rows.toSorted((a, b) =>
    a.startedAt < b.startedAt ? 1 : a.startedAt > b.startedAt ? -1 : 0,
  );
  const kept = new Set<string>();
  let count = 0;
  for (const { study } of newest) {
    if (kept.has(study)) continue;
    count += rows.filter((row) => row.study === study).length;
    if (count > MOST_ROWS && kept.size > 0) break;
    kept.add(study);
  }
  return rows.filter(({ study }) => kept.has(study));
}
