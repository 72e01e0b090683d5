import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import type { StudyEvent } from '@espalier/study';
import { journalPath } from '@espalier/study/folder';
import { headerOf } from '@espalier/study/testing';

export async function beginJournal(folder: string, startedAt = '2026-01-01T00:00:00.000Z'): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(journalPath(folder), `${JSON.stringify(headerOf(startedAt))}\n`);
}

export const addEvents = (folder: string, events: readonly StudyEvent[]): Promise<void> =>
  appendFile(journalPath(folder), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
