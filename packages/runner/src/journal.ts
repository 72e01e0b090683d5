import { existsSync } from 'node:fs';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { appendLineDurable, writeFileAtomic } from '@espalier/files';
import { configurationSchema, searchSpaceSchema } from '@espalier/search';
import { z } from 'zod';
import { StudyError } from './errors.js';
import { formerProbeSchema, probeRecordSchema, type ProbeRecord } from './probes/record.js';
import { epochRecordSchema, trialStatusSchema, type EpochRecord, type TrialRecord } from './records.js';
import { studySettingsSchema } from './settings.js';

/** The version of the journal's format. */
const VERSION = 1;

/** `elapsed`: seconds of work on the study, over all sessions. */
const entry = { elapsed: z.number().nonnegative() };

const journalEventSchema = z.discriminatedUnion('type', [
  z.strictObject({
    ...entry,
    type: z.literal('study'),
    version: z.literal(VERSION),
    startedAt: z.string(),
    settings: studySettingsSchema,
    space: searchSpaceSchema,
    /** Hash of the dataset's contents and split. */
    data: z.string(),
    /** Fingerprint of each backbone, in the order of the space. */
    models: z.array(z.string()),
  }),
  z.strictObject({
    ...entry,
    type: z.literal('probed'),
    record: z.union([probeRecordSchema, formerProbeSchema]),
  }),
  z.strictObject({
    ...entry,
    type: z.literal('trial-started'),
    number: z.number(),
    configuration: configurationSchema,
  }),
  z.strictObject({ ...entry, type: z.literal('epoch'), number: z.number(), record: epochRecordSchema }),
  z.strictObject({
    ...entry,
    type: z.literal('trial-ended'),
    number: z.number(),
    status: trialStatusSchema,
    reason: z.string(),
  }),
  z.strictObject({ ...entry, type: z.literal('search-ended'), reason: z.string() }),
  /** What was not done as it was asked, for people. */
  z.strictObject({ ...entry, type: z.literal('note'), text: z.string() }),
  z.strictObject({
    ...entry,
    type: z.literal('scratch-epoch'),
    learningRate: z.number(),
    record: epochRecordSchema,
  }),
  z.strictObject({
    ...entry,
    type: z.literal('scratch-ended'),
    backbone: z.string(),
    status: trialStatusSchema,
    reason: z.string(),
    learningRate: z.number(),
    epochs: z.array(epochRecordSchema),
  }),
  z.strictObject({ ...entry, type: z.literal('paused') }),
  z.strictObject({ ...entry, type: z.literal('finished'), finishedAt: z.string() }),
]);
export type JournalEvent = z.infer<typeof journalEventSchema>;
export type StudyHeader = Extract<JournalEvent, { type: 'study' }>;
export type ScratchRecord = Extract<JournalEvent, { type: 'scratch-ended' }>;

/** What a journal says of a study. */
export interface StudyLog {
  readonly header: StudyHeader;
  readonly probes: readonly ProbeRecord[];
  readonly trials: readonly TrialRecord[];
  /** Why the search ended; null while it goes on. What is left then is the twin and the measuring. */
  readonly searchEnded: string | null;
  readonly scratch: readonly ScratchRecord[];
  /** Epochs of the twin, by its learning rate. */
  readonly scratchEpochs: ReadonlyMap<number, readonly EpochRecord[]>;
  /** What was not done as it was asked, such as a plugin's sampler that was replaced. */
  readonly notes: readonly string[];
  readonly elapsed: number;
  readonly finishedAt: string | null;
}

export const journalPath = (folder: string): string => join(folder, 'study.jsonl');

/** Writes one event, on the disk when it returns. */
export const appendEvent = (folder: string, event: JournalEvent): Promise<void> =>
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
  return replay(requireHeader(header, folder), rest);
}

/** Events of a journal, and the byte behind the last of them. */
export interface JournalPart {
  readonly events: readonly JournalEvent[];
  readonly end: number;
}

/**
 * Reads the events behind a byte, for one who follows a study.
 *
 * @param from where an earlier part ended; 0 is the beginning
 * @param most bytes to read, of which at least one event is; all where it is left out
 * @throws StudyError where there is no study, or its journal is damaged
 */
export async function readJournalFrom(folder: string, from: number, most?: number): Promise<JournalPart> {
  const path = journalPath(folder);
  const bytes = await bytesFrom(path, from, most).catch((cause: unknown) => {
    throw new StudyError(`there is no study in ${folder}: ${path} cannot be read`, { cause });
  });
  const end = bytes.lastIndexOf('\n') + 1;
  // A line longer than a part.
  if (end === 0 && most !== undefined && bytes.length === most)
    return readJournalFrom(folder, from, 2 * most);
  const lines = bytes.subarray(0, end).toString('utf8').split('\n');
  const where = from === 0 ? '' : ` behind byte ${from}`;
  const events = lines
    .filter((line) => line !== '')
    .map((line, index) => parseEvent(line, `${path}, line ${index + 1}${where}`));
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
 * What a journal begins with.
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
      return requireHeader(parseEvent(line, `${path}, line 1`), folder);
    return requireHeader(undefined, folder);
  } finally {
    await file.close();
  }
}

function requireHeader(first: JournalEvent | undefined, folder: string): StudyHeader {
  if (first?.type === 'study') return first;
  throw new StudyError(`${journalPath(folder)} does not begin with a study; it is damaged`);
}

/** Takes a last line that a crash cut off out of the file; only for who holds the study's lock. */
export async function repairJournal(folder: string): Promise<void> {
  const text = await readFile(journalPath(folder), 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole !== text) await writeFileAtomic(journalPath(folder), whole);
}

function parseEvent(line: string, where: string): JournalEvent {
  try {
    return journalEventSchema.parse(JSON.parse(line));
  } catch (cause) {
    throw new StudyError(`${where} is not an event of a study; the file is damaged or of another version`, {
      cause,
    });
  }
}

function replay(header: StudyHeader, events: readonly JournalEvent[]): StudyLog {
  const probes: ProbeRecord[] = [];
  const trials = new Map<number, TrialRecord>();
  const scratch: ScratchRecord[] = [];
  const scratchEpochs = new Map<number, readonly EpochRecord[]>();
  const notes: string[] = [];
  let searchEnded: string | null = null;
  let elapsed = header.elapsed;
  let finishedAt: string | null = null;
  const update = (number: number, change: (trial: TrialRecord) => Partial<TrialRecord>): void => {
    const trial = trials.get(number);
    if (trial === undefined) throw new StudyError(`the journal speaks of trial ${number} before it started`);
    trials.set(number, { ...trial, ...change(trial) });
  };
  for (const event of events) {
    elapsed = Math.max(elapsed, event.elapsed);
    switch (event.type) {
      case 'study':
        throw new StudyError('the journal begins a second study; it is damaged');
      case 'probed':
        // Studies of earlier versions are probed again.
        if ('title' in event.record) probes.push(event.record);
        break;
      case 'trial-started': {
        const { number, configuration } = event;
        trials.set(number, { number, configuration, status: 'running', reason: '', epochs: [] });
        break;
      }
      case 'epoch':
        update(event.number, ({ epochs }) => ({ epochs: withEpoch(epochs, event.record) }));
        break;
      case 'trial-ended':
        update(event.number, () => ({ status: event.status, reason: event.reason }));
        break;
      case 'search-ended':
        searchEnded = event.reason;
        break;
      case 'scratch-epoch': {
        const { learningRate, record } = event;
        scratchEpochs.set(learningRate, withEpoch(scratchEpochs.get(learningRate) ?? [], record));
        break;
      }
      case 'scratch-ended':
        scratch.push(event);
        break;
      case 'note':
        notes.push(event.text);
        break;
      case 'finished':
        finishedAt = event.finishedAt;
        break;
      case 'paused':
        break;
    }
  }
  const all = [...trials.values()];
  return { header, probes, trials: all, searchEnded, scratch, scratchEpochs, notes, elapsed, finishedAt };
}

/** An epoch that was trained again after a crash replaces what came before. */
const withEpoch = (epochs: readonly EpochRecord[], record: EpochRecord): EpochRecord[] => [
  ...epochs.filter(({ epoch }) => epoch < record.epoch),
  record,
];
