import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DamagedRecordsError, ActivationError } from './errors.js';
import { recordBytes } from './record.js';
import { openSegment, SEGMENT_HEADER_BYTES } from './segment.js';
import type { ActivationSpace } from './space.js';
import { openActivationStore, type ActivationStore } from './store.js';
import { keyOf, recordOf, testElements, testSpace, valuesOf } from './testing/records.js';

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'espalier-features-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function openIn(folder: string, maxBytes = 2 ** 30): ActivationStore {
  const store = openActivationStore({ folder, maxBytes });
  onTestFinished(() => store.close());
  return store;
}

const read = (space: ActivationSpace, indexes: readonly number[]): Float32Array => {
  const target = new Float32Array(indexes.length * testElements);
  space.read(indexes.map(keyOf), target);
  return target;
};

const segmentsOf = (space: ActivationSpace): string[] =>
  readdirSync(space.folder).map((file) => join(space.folder, file));

const writer = (folder: string, first: number, count: number): string[] => [
  '--conditions=@espalier/source',
  '--import=tsx',
  fileURLToPath(new URL('testing/writer.ts', import.meta.url)),
  folder,
  String(first),
  String(count),
];

describe('a feature space', () => {
  it('gives back every bit in any order, also after it was closed', () => {
    const bits = fc.uint32Array({ minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(fc.uniqueArray(bits, { maxLength: 9, selector: String }), fc.boolean(), (rows, reopen) => {
        const folder = mkdtempSync(join(tmpdir(), 'espalier-features-'));
        const key = { ...testSpace, dims: [2, 3] };
        const records = rows.map((row, i) => ({ key: keyOf(i), values: new Float32Array(row.buffer) }));
        let store = openActivationStore({ folder, maxBytes: 2 ** 20 });
        for (const record of records) store.space(key).append([record]);
        if (reopen) {
          store.close();
          store = openActivationStore({ folder, maxBytes: 2 ** 20 });
        }
        const target = new Float32Array(rows.length * 6);
        const backwards = records.toReversed();
        store.space(key).read(
          backwards.map((record) => record.key),
          target,
        );
        const expected = Buffer.concat(backwards.map(({ values }) => Buffer.from(values.buffer)));
        expect(Buffer.from(target.buffer).equals(expected)).toBe(true);
        store.close();
        rmSync(folder, { recursive: true });
      }),
      { numRuns: 40 },
    );
  });

  it('keeps other computations, preprocessings and shapes apart', () => {
    const store = openIn(temporaryFolder());
    store.space(testSpace).append([recordOf(1)]);
    const others = [{ computation: 'x' }, { preprocessing: 'x' }, { dims: [256] }];
    for (const other of others) expect(store.space({ ...testSpace, ...other }).has(keyOf(1))).toBe(false);
    expect(store.space({ ...testSpace }).has(keyOf(1))).toBe(true);
  });

  it('refuses features of another shape', () => {
    const space = openIn(temporaryFolder()).space(testSpace);
    expect(() => space.append([{ key: keyOf(1), values: new Float32Array(3) }])).toThrow(
      /have 256 numbers, got 3/,
    );
  });

  it('knows nothing of a record cut short, wherever it was cut', () => {
    const folder = temporaryFolder();
    const first = openActivationStore({ folder, maxBytes: 2 ** 30 });
    const space = first.space(testSpace);
    space.append([0, 1, 2].map(recordOf));
    first.close();
    const [segment] = segmentsOf(space) as [string];
    const whole = statSync(segment).size;
    const size = recordBytes(testElements);
    for (const cut of [1, 4, size - 1, size, size + 1, whole - SEGMENT_HEADER_BYTES, whole - 3, whole]) {
      const bytes = readFileSync(segment);
      truncateSync(segment, whole - cut);
      const store = openActivationStore({ folder, maxBytes: 2 ** 30 });
      const left = Math.max(0, Math.floor((whole - cut - SEGMENT_HEADER_BYTES) / size));
      const found = [0, 1, 2].filter((i) => store.space(testSpace).has(keyOf(i)));
      expect(found).toEqual([0, 1, 2].slice(0, left));
      expect(read(store.space(testSpace), found)).toEqual(
        Float32Array.from(found.flatMap((i) => [...valuesOf(i)])),
      );
      store.close();
      writeFileSync(segment, bytes);
    }
  });

  it('detects every flipped bit, forgets that record alone and takes it again', () => {
    const folder = temporaryFolder();
    const space = openIn(folder).space(testSpace);
    space.append([0, 1, 2].map(recordOf));
    const [segment] = segmentsOf(space) as [string];
    const sound = readFileSync(segment);
    const start = SEGMENT_HEADER_BYTES + recordBytes(testElements);
    fc.assert(
      fc.property(fc.nat(testElements * 32 - 1), (bit) => {
        const bytes = Buffer.from(sound);
        const place = start + recordBytes(testElements) - 4 * testElements + (bit >> 3);
        bytes[place] = (bytes[place] as number) ^ (1 << (bit & 7));
        writeFileSync(segment, bytes);
        const store = openActivationStore({ folder, maxBytes: 2 ** 30 });
        const opened = store.space(testSpace);
        expect(() => read(opened, [0, 1, 2])).toThrow(DamagedRecordsError);
        expect([0, 1, 2].map((i) => opened.has(keyOf(i)))).toEqual([true, false, true]);
        store.close();
      }),
      { numRuns: 50 },
    );
    const again = openIn(folder).space(testSpace);
    expect(() => read(again, [1])).toThrow(DamagedRecordsError);
    again.append([recordOf(1)]);
    expect(read(again, [0, 1, 2]).slice(256, 512)).toEqual(valuesOf(1));
  });
});

describe('several processes', () => {
  it('see what another one appends', () => {
    const folder = temporaryFolder();
    const space = openIn(folder).space(testSpace);
    space.append([0, 1, 2, 3].map(recordOf));
    execFileSync(process.execPath, writer(folder, 4, 8));
    expect(space.has(keyOf(11))).toBe(false);
    space.refresh();
    expect(read(space, [11, 0, 4])).toEqual(Float32Array.from([11, 0, 4].flatMap((i) => [...valuesOf(i)])));
  });

  it('lose nothing that was synced when one is killed at any moment', async () => {
    const folder = temporaryFolder();
    const acknowledged: number[] = [];
    for (let round = 0; round < 6; round++) {
      const child = spawn(process.execPath, writer(folder, round * 1_000_000, 1_000_000));
      let output = '';
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      const ended = new Promise((resolve) => child.on('close', resolve));
      while (output === '') await sleep(5);
      await sleep(7 * round);
      child.kill('SIGKILL');
      await ended;
      const synced = Number(output.slice(0, output.lastIndexOf('\n')).split('\n').at(-1));
      for (let i = round * 1_000_000; i <= synced; i++) acknowledged.push(i);
    }
    const space = openIn(folder).space(testSpace);
    expect(acknowledged.filter((i) => !space.has(keyOf(i)))).toEqual([]);
    for (const i of acknowledged) expect(read(space, [i])).toEqual(valuesOf(i));
  });
});

describe('the size limit', () => {
  const few = 2 * recordBytes(testElements);

  const spaceNumber = (store: ActivationStore, n: number): ActivationSpace =>
    store.space({ ...testSpace, computation: `cut ${n}` });

  const bytesOf = (spaces: readonly ActivationSpace[]): number =>
    spaces
      .filter(({ folder }) => existsSync(folder))
      .flatMap(segmentsOf)
      .reduce((sum, file) => sum + statSync(file).size, 0);

  /** A closed space of four records, last used at second `n`. */
  function writtenSpace(folder: string, n: number): ActivationSpace {
    const store = openActivationStore({ folder, maxBytes: 2 ** 30 });
    const space = spaceNumber(store, n);
    space.append([0, 1, 2, 3].map(recordOf));
    store.close();
    utimesSync(space.folder, n, n);
    return space;
  }

  it('evicts what was opened longest ago, and nothing that is open', () => {
    const folder = temporaryFolder();
    const written = [0, 1, 2, 3].map((n) => writtenSpace(folder, n));
    const limited = openIn(folder, 3 * 4 * recordBytes(testElements));
    const kept = [spaceNumber(limited, 0), spaceNumber(limited, 3)];
    expect(kept.map((space) => space.has(keyOf(0)))).toEqual([true, true]);
    expect(bytesOf(written)).toBeLessThanOrEqual(limited.maxBytes);
    expect(spaceNumber(limited, 1).has(keyOf(0))).toBe(false);
  });

  it('says so when what is open does not fit', () => {
    const store = openIn(temporaryFolder(), 1000);
    const space = store.space(testSpace);
    const append = (): void => {
      for (let i = 0; i < 200; i++) space.append([recordOf(i)]);
    };
    expect(append).toThrow(ActivationError);
    expect(append).toThrow(/limited to .* --cache-size/);
  });

  it('evicts spaces alone, whatever else lies in the folder', () => {
    const folder = temporaryFolder();
    const evicted = writtenSpace(folder, 0);
    const name = (letter: string): string => join('features', letter.repeat(64));
    const foreign = [
      'holiday/picture.jpg',
      'notes.features',
      `${'a'.repeat(64)}/0.features`,
      'features/holiday/1.features',
      'features/notes.features',
      `${name('b')}/notes.txt`,
      `${name('c')}/nested/1.features`,
      `features/${'d'.repeat(63)}/1.features`,
      'linked/1.features',
    ].map((path) => join(folder, path));
    for (const path of foreign) {
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, Buffer.alloc(4 * few));
    }
    writeFileSync(join(folder, name('b'), '1.features'), 'beside a file of somebody else');
    symlinkSync(join(folder, 'linked'), join(folder, name('e')));
    mkdirSync(join(folder, name('f')));
    symlinkSync(join(folder, 'linked', '1.features'), join(folder, name('f'), '1.features'));
    expect(spaceNumber(openIn(folder, few), 1).has(keyOf(0))).toBe(false);
    expect(existsSync(evicted.folder)).toBe(false);
    expect(foreign.filter((path) => !existsSync(path))).toEqual([]);
    expect(readdirSync(join(folder, name('b')))).toHaveLength(2);
    expect(['e', 'f'].filter((letter) => !existsSync(join(folder, name(letter))))).toEqual([]);
  });

  it('lets a process read on and append when another one evicts its space', () => {
    const folder = temporaryFolder();
    const space = openIn(folder).space(testSpace);
    space.append([0, 1, 2, 3].map(recordOf));
    const other = openIn(folder, few);
    spaceNumber(other, 0);
    expect(existsSync(space.folder)).toBe(false);
    space.refresh();
    expect(read(space, [3, 0])).toEqual(Float32Array.from([3, 0].flatMap((i) => [...valuesOf(i)])));
    space.append([recordOf(4)]);
    space.sync();
    expect(read(space, [4, 1])).toEqual(Float32Array.from([4, 1].flatMap((i) => [...valuesOf(i)])));
    const seen = other.space(testSpace);
    expect([1, 4].map((i) => seen.has(keyOf(i)))).toEqual([false, true]);
  });

  it('leaves no segment to open that was evicted after it was listed', () => {
    expect(openSegment(join(temporaryFolder(), 'gone.features'), testElements)).toBeNull();
  });
});
