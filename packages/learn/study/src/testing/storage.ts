import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import type { StudyEvent } from '../course/events.js';
import { LostClaimError, type Entry, type StudyClaim, type StudyStorage } from '../storage/storage.js';
import { journalEvents } from './histories.js';

/** A study that has begun, in a storage of its own, and what its tests cannot do through the storage. */
export interface StorageHarness {
  /** Opens the study as another process would: of what was opened before, nothing is remembered. */
  open(): Promise<StudyStorage>;
  /** Pieces that nobody has; who has the first may write the checkpoint of `trial`. */
  readonly pieces: readonly [string, string];
  readonly claimants: readonly [string, string];
  readonly trial: string;
  /** Lets a claimant claim a piece that nobody has, and die of `kill -9`; ends once that is noticed. */
  claimAndDie(piece: string): Promise<StudyClaim>;
  /** Leaves what a process leaves that dies in the middle of appending; nobody else has a claim meanwhile. */
  tear(entry: Entry): Promise<void>;
}

export type MakeStorage = () => Promise<StorageHarness>;

/** A test of a guarantee of every storage of a study. */
export interface StorageTest {
  readonly name: string;
  /** @throws AssertionError where the storage breaks it */
  readonly run: (make: MakeStorage) => Promise<void>;
}

/** Histories that are tried of a storage. */
const RUNS = 12;

interface Begun {
  readonly harness: StorageHarness;
  readonly storage: StudyStorage;
  readonly claim: StudyClaim;
  /** Behind what was there already. */
  readonly start: number;
}

async function claimed(storage: StudyStorage, piece: string, claimant: string): Promise<StudyClaim> {
  const claiming = await storage.claim(piece, claimant);
  if (claiming.kind === 'taken') throw claiming.error;
  return claiming.claim;
}

/** A study of which the first claimant has the first piece. */
async function begin(make: MakeStorage): Promise<Begun> {
  const harness = await make();
  const storage = await harness.open();
  const claim = await claimed(storage, harness.pieces[0], harness.claimants[0]);
  return { harness, storage, claim, start: (await storage.read(0)).end };
}

const note = (text: string): Entry => ({ event: { type: 'note', text, elapsed: 1 }, key: `note ${text}` });

const eventsOf = (...entries: readonly Entry[]): StudyEvent[] => entries.map(({ event }) => event);

async function bytesOf(storage: StudyStorage, name: string): Promise<string | null> {
  const content = await storage.readCheckpoint(name);
  return content === null ? null : (await buffer(content)).toString();
}

const bytes = (text: string): Uint8Array => Buffer.from(text);

/** Contract of a {@link StudyStorage}: the tests of each implementation run all of it. */
export const storageTests: readonly StorageTest[] = [
  {
    name: 'gives any history back in its order, from any position, each event once',
    run: (make) =>
      fc.assert(
        fc.asyncProperty(journalEvents, fc.boolean(), async (events, twice) => {
          const { harness, storage, claim, start } = await begin(make);
          const ends = [start];
          for (const [i, event] of events.entries()) {
            const entry = { event, key: `event ${i}` };
            assert.equal(await storage.append(claim, entry), true);
            if (twice) assert.equal(await storage.append(claim, entry), false);
            ends.push((await storage.read(ends.at(-1) as number)).end);
          }
          for (const reader of [storage, await harness.open()]) {
            for (const [i, end] of ends.entries()) {
              assert.deepEqual(await reader.read(end), { events: events.slice(i), end: ends.at(-1) });
            }
          }
        }),
        { numRuns: RUNS },
      ),
  },
  {
    name: 'appends once what it is told at once, again, and by the next claimant after it was opened anew',
    run: async (make) => {
      const { harness, storage, claim, start } = await begin(make);
      const [one, other] = [note('one'), note('other')];
      const told = await Promise.all([1, 2, 3, 4].map(() => storage.append(claim, one)));
      assert.equal(told.filter(Boolean).length, 1);
      await storage.release(claim);
      const again = await harness.open();
      const next = await claimed(again, harness.pieces[0], harness.claimants[1]);
      const { end } = await again.read(0);
      assert.equal(await again.append(next, one), false);
      assert.equal(await again.append(next, other), true);
      assert.deepEqual((await again.read(end)).events, eventsOf(other));
      const notes = (await again.read(start)).events.filter(({ type }) => type === 'note');
      assert.deepEqual(notes, eventsOf(one, other));
    },
  },
  {
    name: 'shows who reads meanwhile how the history begins, and never another order',
    run: async (make) => {
      const { harness, storage, claim, start } = await begin(make);
      const entries = Array.from({ length: 20 }, (_, i) => note(`${i}`));
      const reader = await harness.open();
      const seen: StudyEvent[][] = [];
      let over = false;
      const reading = (async () => {
        while (!over) seen.push([...(await reader.read(start)).events]);
      })();
      await Promise.all(entries.map((entry) => storage.append(claim, entry)));
      over = true;
      await reading;
      const { events } = await reader.read(start);
      assert.equal(events.length, entries.length);
      assert.deepEqual(new Set(events.map((event) => JSON.stringify(event))).size, entries.length);
      for (const part of seen) assert.deepEqual(part, events.slice(0, part.length));
    },
  },
  {
    name: 'gives a piece to one of two that want it, and another piece to the other',
    run: async (make) => {
      const harness = await make();
      const storage = await harness.open();
      const [piece, second] = harness.pieces;
      const wanted = await Promise.all(harness.claimants.map((who) => storage.claim(piece, who)));
      assert.deepEqual(wanted.map(({ kind }) => kind).sort(), ['claimed', 'taken']);
      const loser = harness.claimants[wanted[0]?.kind === 'taken' ? 0 : 1];
      const elsewhere = await (await harness.open()).claim(piece, loser);
      assert.equal(elsewhere.kind, 'taken');
      assert.match(elsewhere.kind === 'taken' ? elsewhere.error.message : '', /\w/);
      const own = await claimed(storage, second, loser);
      assert.equal(own.piece, second);
      assert.equal(await storage.append(own, note('of the other')), true);
    },
  },
  {
    name: 'refuses what the claimant of before brings once somebody else has the piece',
    run: async (make) => {
      const { harness, storage, claim } = await begin(make);
      await storage.writeCheckpoint(claim, { name: harness.trial, epoch: 1, content: bytes('first') });
      await storage.release(claim);
      const next = await claimed(storage, harness.pieces[0], harness.claimants[1]);
      assert.ok(next.number > claim.number);
      const { end } = await storage.read(0);
      const late = { name: harness.trial, epoch: 2, content: bytes('late') };
      await assert.rejects(storage.append(claim, note('late')), LostClaimError);
      await assert.rejects(storage.writeCheckpoint(claim, late), LostClaimError);
      await assert.rejects(storage.writeCheckpoint(claim, late, note('late')), LostClaimError);
      await assert.rejects(storage.removeCheckpoint(claim, harness.trial), LostClaimError);
      await assert.rejects(storage.release(claim), LostClaimError);
      assert.deepEqual(await storage.read(end), { events: [], end });
      assert.equal(await bytesOf(storage, harness.trial), 'first');
    },
  },
  {
    name: 'gives the piece of a dead claimant to another, who goes on',
    run: async (make) => {
      const harness = await make();
      const dead = await harness.claimAndDie(harness.pieces[0]);
      const storage = await harness.open();
      const claim = await claimed(storage, harness.pieces[0], harness.claimants[1]);
      assert.ok(claim.number > dead.number);
      await assert.rejects(storage.append(dead, note('of the dead')), LostClaimError);
      assert.equal(await storage.append(claim, note('of the living')), true);
    },
  },
  {
    name: 'holds the last checkpoint of a trial, also behind the next opening, until it is removed',
    run: async (make) => {
      const { harness, storage, claim } = await begin(make);
      const { trial: name } = harness;
      assert.equal(await bytesOf(storage, name), null);
      await storage.removeCheckpoint(claim, name);
      await storage.writeCheckpoint(claim, { name, epoch: 1, content: bytes('one') });
      assert.equal(await bytesOf(await harness.open(), name), 'one');
      const streamed = async function* (): AsyncGenerator<Uint8Array> {
        for (const part of ['t', 'w', 'o']) yield await Promise.resolve(bytes(part));
      };
      await storage.writeCheckpoint(claim, { name, epoch: 2, content: streamed });
      const again = await harness.open();
      assert.equal(await bytesOf(again, name), 'two');
      await storage.removeCheckpoint(claim, name);
      assert.equal(await bytesOf(again, name), null);
    },
  },
  {
    name: 'keeps a checkpoint and the event that it is behind together, once',
    run: async (make) => {
      const { harness, storage, claim, start } = await begin(make);
      const { trial: name } = harness;
      const [first, second] = [note('first'), note('second')];
      const write = (content: string, epoch: number, entry: Entry): Promise<boolean> =>
        storage.writeCheckpoint(claim, { name, epoch, content: bytes(content) }, entry);
      assert.equal(await write('one', 1, first), true);
      assert.equal(await write('again', 2, first), false);
      assert.equal(await bytesOf(storage, name), 'one');
      assert.equal(await write('two', 3, second), true);
      const reader = await harness.open();
      assert.equal(await bytesOf(reader, name), 'two');
      assert.deepEqual((await reader.read(start)).events, eventsOf(first, second));
    },
  },
  {
    name: 'loses of a torn write nothing but itself',
    run: async (make) => {
      const { harness, storage, claim, start } = await begin(make);
      const [before, torn, behind] = [note('before'), note('torn'), note('behind')];
      await storage.append(claim, before);
      await storage.release(claim);
      await harness.tear(torn);
      const again = await harness.open();
      assert.deepEqual((await again.read(start)).events, eventsOf(before));
      const next = await claimed(again, harness.pieces[0], harness.claimants[0]);
      const { end } = await again.read(0);
      assert.equal(await again.append(next, behind), true);
      assert.equal(await again.append(next, torn), true);
      assert.deepEqual((await (await harness.open()).read(end)).events, eventsOf(behind, torn));
    },
  },
];
