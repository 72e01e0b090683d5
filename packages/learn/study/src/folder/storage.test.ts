import { readFile, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyOf, readStudy, WHOLE_STUDY } from '../storage/index.js';
import { formerStudyFolder, journalEvents, storageTests } from '../testing/index.js';
import { journalPath, openFolderStorage, readJournal } from './index.js';
import { begun, folder, header, makeHarness } from './testing/harness.js';

describe('the storage of a study in a folder', () => {
  it.each(storageTests)('$name', ({ run }) => run(makeHarness));

  it('loses of a journal that is cut anywhere its last line alone, and goes on', async () => {
    const path = await begun();
    const whole = await readFile(journalPath(path), 'utf8');
    await fc.assert(
      fc.asyncProperty(journalEvents, fc.nat(), async (events, at) => {
        const lines = events.map((event) => `${JSON.stringify(event)}\n`).join('');
        const bytes = Buffer.from(lines);
        const cut = bytes.subarray(0, at % (bytes.length + 1));
        await writeFile(journalPath(path), Buffer.concat([Buffer.from(whole), cut]));
        const kept = events.slice(0, cut.toString().split('\n').length - 1);
        const storage = openFolderStorage(path);
        expect((await storage.read(0)).events).toEqual([header, ...kept]);
        const claiming = await storage.claim(WHOLE_STUDY, 'test');
        if (claiming.kind === 'taken') throw claiming.error;
        const more = { type: 'note', text: 'more', elapsed: 9 } as const;
        await storage.append(claiming.claim, { event: more, key: keyOf(more) });
        await storage.release(claiming.claim);
        expect((await readJournal(path)).notes).toEqual(['more']);
        expect((await storage.read(0)).events).toEqual([header, ...kept, more]);
      }),
      { numRuns: 60 },
    );
  });

  it('knows what earlier versions wrote without keys', async () => {
    const path = await folder();
    const event = { type: 'note', text: 'once', elapsed: 1 } as const;
    await writeFile(journalPath(path), `${JSON.stringify(header)}\n${JSON.stringify(event)}\n`);
    const storage = openFolderStorage(path);
    const claiming = await storage.claim(WHOLE_STUDY, 'test');
    if (claiming.kind === 'taken') throw claiming.error;
    const { claim } = claiming;
    expect(await storage.append(claim, { event: { ...event, elapsed: 5 }, key: keyOf(event) })).toBe(false);
    expect(await storage.append(claim, { event: header, key: keyOf(header) })).toBe(false);
    await storage.release(claim);
  });

  it('reads a journal of version 1 from any position as it reads the whole', async () => {
    const storage = openFolderStorage(formerStudyFolder);
    const { events, end } = await storage.read(0);
    const text = await readFile(journalPath(formerStudyFolder));
    let rest = Infinity;
    for (let at = text.indexOf('\n') + 1; at > 0 && at < end; at = text.indexOf('\n', at) + 1) {
      const part = await storage.read(at);
      expect(part).toEqual({ events: events.slice(events.length - part.events.length), end });
      expect(part.events.length).toBeLessThanOrEqual(rest);
      rest = part.events.length;
    }
    expect(rest).toBeLessThan(events.length);
    expect(await readStudy(storage, 'it')).toEqual(await readJournal(formerStudyFolder));
  });

  it('names the process that has the folder', async () => {
    const path = await begun();
    const storage = openFolderStorage(path);
    const claiming = await storage.claim(WHOLE_STUDY, 'test');
    const other = await openFolderStorage(path).claim(WHOLE_STUDY, 'other');
    expect(other).toMatchObject({
      kind: 'taken',
      error: { name: 'LockedError', message: expect.stringContaining(`process ${process.pid} is using`) },
    });
    if (claiming.kind === 'claimed') await storage.release(claiming.claim);
  });

  it('refuses an event of a study that has not begun', async () => {
    const storage = openFolderStorage(await folder());
    const claiming = await storage.claim(WHOLE_STUDY, 'test');
    if (claiming.kind === 'taken') throw claiming.error;
    const event = { type: 'note', text: 'early', elapsed: 0 } as const;
    await expect(storage.append(claiming.claim, { event, key: 'early' })).rejects.toThrow(
      /there is no study in/,
    );
    await storage.release(claiming.claim);
  });
});
