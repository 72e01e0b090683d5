import { existsSync } from 'node:fs';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { appendLineDurable, writeFileAtomic } from '@espalier/base/files';
import { StudyError } from '../errors.js';
import { readEvent, type KnownBaseline, type StudyEvent, type StudyHeader } from '../events.js';
import { beginningOf, FoldError, foldEvent, type StudyLog } from '../fold.js';

export const journalPath = (folder: string): string => join(folder, 'study.jsonl');

/** Writes one event, on the disk when it returns. */
export const appendEvent = (folder: string, event: StudyEvent): Promise<void> =>
  appendLineDurable(journalPath(folder), JSON.stringify(event));

/** Begins a study in a folder that has none. */
export async function beginJournal(folder: string, header: StudyHeader): Promise<void> {
  await mkdir(folder, { recursive: true });
  if (existsSync(journalPath(folder))) {
    throw new StudyError(
      `${folder} already holds a study; continue it with --resume or choose another --out`,
    );
  }
  await writeFileAtomic(journalPath(folder), `${JSON.stringify(header)}\n`);
}

/**
 * Reads a study back, which may be at work meanwhile. A last line that is not whole yet, or was cut off
 * by a crash, does not count.
 *
 * @throws StudyError where there is no study, or its journal is damaged
 */
export async function readJournal(folder: string): Promise<StudyLog> {
  const { events } = await readJournalFrom(folder, 0);
  const [header, ...rest] = events;
  try {
    return rest.reduce(foldEvent, beginningOf(requireHeader(header, folder)));
  } catch (cause) {
    if (!(cause instanceof FoldError)) throw cause;
    throw new StudyError(`${journalPath(folder)} is damaged: ${cause.message}`, { cause });
  }
}

/** Events of a journal, and the byte behind the last of them. */
export interface JournalPart {
  readonly events: readonly StudyEvent[];
  readonly end: number;
}

export interface JournalPlace {
  /** Where an earlier part ended; 0 is the beginning. */
  readonly from: number;
  /** Most bytes to read, of which at least one event is; all where it is left out. */
  readonly most?: number;
  /** Baselines of the events before. */
  readonly baselines?: readonly KnownBaseline[];
}

/**
 * Reads the events behind a byte, for one who follows a study.
 *
 * @throws StudyError where there is no study, or its journal is damaged
 */
export async function readJournalFrom(folder: string, place: JournalPlace | number): Promise<JournalPart> {
  const { from, most, baselines = [] } = typeof place === 'number' ? { from: place } : place;
  const path = journalPath(folder);
  const bytes = await bytesFrom(path, from, most).catch((cause: unknown) => {
    throw new StudyError(`there is no study in ${folder}: ${path} cannot be read`, { cause });
  });
  const end = bytes.lastIndexOf('\n') + 1;
  // A line longer than a part.
  if (end === 0 && most !== undefined && bytes.length === most) {
    return readJournalFrom(folder, { from, most: 2 * most, baselines });
  }
  const lines = bytes.subarray(0, end).toString('utf8').split('\n');
  const where = from === 0 ? '' : ` behind byte ${from}`;
  const known = [...baselines];
  const events = lines
    .filter((line) => line !== '')
    .flatMap((line, index) => parseEvents(line, `${path}, line ${index + 1}${where}`, known));
  return { events, end: from + end };
}

/** @param most all where it is left out */
async function bytesFrom(path: string, from: number, most?: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const length = Math.max(0, Math.min(size - from, most ?? size));
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, from);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/**
 * Reads how a journal begins.
 *
 * @throws StudyError where there is no study, or its journal is damaged
 */
export async function readStudyHeader(folder: string): Promise<StudyHeader> {
  const path = journalPath(folder);
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new StudyError(`there is no study in ${folder}: ${path} cannot be read`, { cause });
  });
  try {
    for await (const line of file.readLines({ autoClose: false }))
      return requireHeader(parseEvents(line, `${path}, line 1`, [])[0], folder);
    return requireHeader(undefined, folder);
  } finally {
    await file.close();
  }
}

function requireHeader(first: StudyEvent | undefined, folder: string): StudyHeader {
  if (first?.type === 'study') return first;
  throw new StudyError(`${journalPath(folder)} does not begin with a study; it is damaged`);
}

/** Takes a last line that a crash cut off out of the file; only for who holds the study's lock. */
export async function repairJournal(folder: string): Promise<void> {
  const text = await readFile(journalPath(folder), 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole !== text) await writeFileAtomic(journalPath(folder), whole);
}

/** @param baselines of the events before; those of this line are added */
function parseEvents(line: string, where: string, baselines: KnownBaseline[]): readonly StudyEvent[] {
  try {
    const events = readEvent(JSON.parse(line), baselines);
    for (const event of events) {
      if (event.type !== 'trial-started' || event.role !== 'baseline') continue;
      const { number, configuration } = event;
      if (baselines.some((known) => known.number === number)) continue;
      baselines.push({ number, learningRate: Number(configuration.values['learningRate']) });
    }
    return events;
  } catch (cause) {
    throw new StudyError(`${where} is not an event of a study; the file is damaged or of another version`, {
      cause,
    });
  }
}
