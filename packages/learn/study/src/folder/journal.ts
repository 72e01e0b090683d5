import { existsSync } from 'node:fs';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { appendLineDurable, writeFileAtomic } from '@espalier/base/files';
import { z } from 'zod';
import { StudyError } from '../errors.js';
import { readEvent, type KnownBaseline, type StudyEvent, type StudyHeader } from '../course/events.js';
import type { StudyLog } from '../course/fold.js';
import { keyOf } from '../storage/key.js';
import { readStudy } from '../storage/readStudy.js';
import type { Entry } from '../storage/storage.js';

export const journalPath = (folder: string): string => join(folder, 'study.jsonl');

/** Writes an entry; the first makes the file. On the disk when it returns. */
export async function appendEntry(folder: string, { event, key }: Entry): Promise<void> {
  const path = journalPath(folder);
  const line = JSON.stringify({ ...event, key });
  if (existsSync(path)) return appendLineDurable(path, line);
  if (event.type !== 'study') throw new StudyError(`there is no study in ${folder} yet`);
  await mkdir(folder, { recursive: true });
  await writeFileAtomic(path, `${line}\n`);
}

/**
 * Reads a study back, which may be at work meanwhile. A last line that is not whole yet, or was cut off
 * by a crash, does not count.
 *
 * @throws StudyError where there is no study, or its journal is damaged
 */
export const readJournal = (folder: string): Promise<StudyLog> =>
  readStudy({ read: (from) => readJournalFrom(folder, from) }, journalPath(folder));

/** Events of a journal, and the byte behind the last of them. */
export interface JournalPart {
  readonly events: readonly StudyEvent[];
  readonly end: number;
}

export interface JournalPlace {
  /** End of an earlier part; 0 is the beginning. */
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
  const { entries, end } = await readEntries(folder, typeof place === 'number' ? { from: place } : place);
  return { events: entries.map(({ event }) => event), end };
}

/** Entries of a journal, and the byte behind the last of them; what earlier versions wrote has its usual key. */
export async function readEntries(
  folder: string,
  { from, most, baselines = [] }: JournalPlace,
): Promise<{ readonly entries: readonly Entry[]; readonly end: number }> {
  const path = journalPath(folder);
  const bytes = await bytesFrom(path, from, most).catch((cause: unknown) => {
    throw new StudyError(`there is no study in ${folder}: ${path} cannot be read`, { cause });
  });
  const end = bytes.lastIndexOf('\n') + 1;
  // A line longer than a part.
  if (end === 0 && most !== undefined && bytes.length === most) {
    return readEntries(folder, { from, most: 2 * most, baselines });
  }
  const lines = bytes.subarray(0, end).toString('utf8').split('\n');
  const where = from === 0 ? '' : ` behind byte ${from}`;
  const known = [...baselines];
  const entries = lines
    .filter((line) => line !== '')
    .flatMap((line, index) => parseEntries(line, `${path}, line ${index + 1}${where}`, known));
  return { entries, end: from + end };
}

/** The baselines of the events before a byte, which those of version 1 behind it may speak of. */
export async function baselinesBefore(folder: string, from: number): Promise<readonly KnownBaseline[]> {
  if (from === 0 || !isFormer(await firstLine(folder))) return [];
  const known: KnownBaseline[] = [];
  const bytes = await bytesFrom(journalPath(folder), 0, from);
  for (const line of bytes.toString('utf8').split('\n')) {
    if (line !== '') parseEntries(line, journalPath(folder), known);
  }
  return known;
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
  const line = await firstLine(folder);
  const first = line === null ? undefined : parseEntries(line, `${path}, line 1`, [])[0]?.event;
  if (first?.type === 'study') return first;
  throw new StudyError(`${path} does not begin with a study; it is damaged`);
}

/** Null where the journal is empty. @throws StudyError where there is none */
async function firstLine(folder: string): Promise<string | null> {
  const path = journalPath(folder);
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new StudyError(`there is no study in ${folder}: ${path} cannot be read`, { cause });
  });
  try {
    for await (const line of file.readLines({ autoClose: false })) return line;
    return null;
  } finally {
    await file.close();
  }
}

const isFormer = (line: string | null): boolean =>
  line !== null && (JSON.parse(line) as { readonly version?: unknown }).version === 1;

/** Takes a last line that a crash cut off out of the file; only for who holds the study's lock. */
export async function repairJournal(folder: string): Promise<void> {
  const text = await readFile(journalPath(folder), 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole !== text) await writeFileAtomic(journalPath(folder), whole);
}

/** @param baselines of the events before; those of this line are added */
function parseEntries(line: string, where: string, baselines: KnownBaseline[]): readonly Entry[] {
  try {
    const { key, ...given } = lineSchema.parse(JSON.parse(line));
    const events = readEvent(given, baselines);
    for (const event of events) {
      if (event.type !== 'trial-started' || event.role !== 'baseline') continue;
      const { number, configuration } = event;
      if (baselines.some((known) => known.number === number)) continue;
      baselines.push({ number, learningRate: Number(configuration.values['learningRate']) });
    }
    return events.map((event) => ({ event, key: key ?? keyOf(event) }));
  } catch (cause) {
    throw new StudyError(`${where} is not an event of a study; the file is damaged or of another version`, {
      cause,
    });
  }
}

/** An event and its key; earlier versions wrote no keys. */
const lineSchema = z.looseObject({ key: z.string().optional() });
