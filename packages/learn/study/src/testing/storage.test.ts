import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { makeHarness } from '../folder/testing/harness.js';
import type { StudyStorage } from '../storage/index.js';
import { storageTests, type MakeStorage } from './index.js';

/** A storage that breaks one promise. */
interface Fault {
  readonly what: string;
  readonly of: (storage: StudyStorage) => Partial<StudyStorage>;
}

let calls = 0;

const faults: readonly Fault[] = [
  {
    what: 'appends what it has already',
    of: ({ append }) => ({
      append: (claim, { event, key }) => append(claim, { event, key: `${key} ${++calls}` }),
    }),
  },
  {
    what: 'says that it has what is new',
    of: ({ append }) => ({
      append: async (...given) => {
        await append(...given);
        return false;
      },
    }),
  },
  {
    what: 'reads from the beginning, whatever the position',
    of: ({ read }) => ({ read: () => read(0) }),
  },
  {
    what: 'reads the last first',
    of: ({ read }) => ({
      read: async (from) => {
        const { events, end } = await read(from);
        return { events: events.toReversed(), end };
      },
    }),
  },
  {
    what: 'loses the first event behind a position',
    of: ({ read }) => ({
      read: async (from) => {
        const { events, end } = await read(from);
        return { events: events.slice(1), end };
      },
    }),
  },
  {
    what: 'gives a piece to everybody',
    of: ({ claim }) => ({
      claim: async (piece, claimant) => {
        const claiming = await claim(piece, claimant);
        return claiming.kind === 'claimed' ? claiming : { kind: 'claimed', claim: { piece, number: 1 } };
      },
    }),
  },
  {
    what: 'takes what a former claimant brings',
    of: ({ append, claim }) => {
      let last: Parameters<typeof append>[0] | null = null;
      return {
        claim: async (piece, claimant) => {
          const claiming = await claim(piece, claimant);
          if (claiming.kind === 'claimed') last = claiming.claim;
          return claiming;
        },
        append: (given, entry) => append(last ?? given, entry),
      };
    },
  },
  { what: 'keeps a claim that is released', of: () => ({ release: () => Promise.resolve() }) },
  {
    what: 'keeps the first checkpoint',
    of: ({ writeCheckpoint, readCheckpoint }) => ({
      writeCheckpoint: async (claim, checkpoint, entry) => {
        const there = await readCheckpoint(checkpoint.name);
        if (there === null) return writeCheckpoint(claim, checkpoint, entry);
        await buffer(there);
        return false;
      },
    }),
  },
  {
    what: 'keeps a checkpoint without its event',
    of: ({ writeCheckpoint }) => ({
      writeCheckpoint: (claim, checkpoint) => writeCheckpoint(claim, checkpoint),
    }),
  },
  {
    what: 'keeps an event without its checkpoint',
    of: ({ append, writeCheckpoint }) => ({
      writeCheckpoint: (claim, checkpoint, entry) =>
        entry === undefined ? writeCheckpoint(claim, checkpoint) : append(claim, entry),
    }),
  },
  {
    what: 'replaces a checkpoint before it knows whether its event is new',
    of: ({ writeCheckpoint }) => ({
      writeCheckpoint: async (claim, checkpoint, entry) => {
        await writeCheckpoint(claim, checkpoint);
        return writeCheckpoint(claim, checkpoint, entry);
      },
    }),
  },
  { what: 'removes no checkpoint', of: () => ({ removeCheckpoint: () => Promise.resolve() }) },
];

/** The first test that a storage does not pass; null where it passes all. */
async function firstFailed(make: MakeStorage): Promise<string | null> {
  for (const { name, run } of storageTests) {
    const error: unknown = await run(make).then(
      () => null,
      (cause: unknown) => cause,
    );
    if (error !== null) return name;
  }
  return null;
}

describe('the contract of a storage', () => {
  it.each(faults)('finds one that $what', async ({ of }) => {
    const found = await firstFailed(async () => {
      const harness = await makeHarness();
      return {
        ...harness,
        open: async () => {
          const storage = await harness.open();
          return { ...storage, ...of(storage) };
        },
      };
    });
    expect(found).not.toBeNull();
  });

  it('finds one that remembers nothing of what was opened before', async () => {
    const found = await firstFailed(async () => {
      const harness = await makeHarness();
      return { ...harness, open: async () => (await makeHarness()).open() };
    });
    expect(found).not.toBeNull();
  });
});
