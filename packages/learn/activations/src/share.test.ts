import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fillSpaces } from './fill.js';
import { offsetOf } from './segment.js';
import type { ActivationShare } from './share.js';
import type { ActivationSpace } from './space.js';
import { openActivationStore } from './store.js';
import { keyOf, testElements, testSpace, valuesOf } from './testing/records.js';

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'espalier-share-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Segment {
  readonly space: string;
  readonly file: string;
  readonly keys: readonly string[];
}

/** A share in a folder; `segments` is what was published. */
function testShare(): ActivationShare & { readonly segments: Segment[] } {
  const folder = temporaryFolder();
  const segments: Segment[] = [];
  return {
    segments,
    find: async (space, keys) =>
      segments.flatMap((one, i) =>
        one.space === space && keys.some((key) => one.keys.includes(key)) ? [String(i)] : [],
      ),
    fetch: async (_, name) => {
      const copy = join(folder, `copy-${Math.random()}`);
      copyFileSync((segments[Number(name)] as Segment).file, copy);
      return copy;
    },
    publish: async (space, path, keys) => {
      const file = join(folder, `segment-${segments.length}`);
      copyFileSync(path, file);
      segments.push({ space, file, keys });
    },
  };
}

function machine(share: ActivationShare): ActivationSpace {
  const store = openActivationStore({ folder: temporaryFolder(), maxBytes: 2 ** 30, share });
  onTestFinished(() => store.close());
  return store.space(testSpace);
}

/** Fills and reads; gives the examples that were computed. */
async function fill(space: ActivationSpace, indexes: readonly number[]): Promise<number[]> {
  const computed: number[] = [];
  await fillSpaces({
    spaces: [space],
    wanted: indexes.map((index) => ({ key: keyOf(index), source: index })),
    batch: 2,
    compute: async (part) => {
      const sources = part.map(({ source }) => source);
      computed.push(...sources);
      const values = new Float32Array(sources.length * testElements);
      sources.forEach((index, i) => values.set(valuesOf(index), i * testElements));
      return new Map([[0, values]]);
    },
  });
  const target = new Float32Array(indexes.length * testElements);
  space.read(indexes.map(keyOf), target);
  indexes.forEach((index, i) =>
    expect(target.subarray(i * testElements, (i + 1) * testElements)).toEqual(valuesOf(index)),
  );
  return computed;
}

describe('machines that share activations', () => {
  it('compute what no other has, and take the rest without what they did not ask for', async () => {
    const share = testShare();
    const [first, second] = [machine(share), machine(share)];
    expect(await fill(first, [0, 1, 2, 3])).toEqual([0, 1, 2, 3]);
    expect(await fill(second, [2, 1, 7])).toEqual([7]);
    expect(second.has(keyOf(0))).toBe(false);
    expect(share.segments.map(({ keys }) => keys.length)).toEqual([4, 1]);
    expect(await fill(first, [7, 8, 3])).toEqual([8]);
    expect(await fill(machine(share), [0, 7, 8])).toEqual([]);
    expect(share.segments).toHaveLength(3);
  });

  it('do not change what they have published', async () => {
    const share = testShare();
    const space = machine(share);
    await fill(space, [0]);
    const [segment] = share.segments;
    const before = readFileSync((segment as Segment).file);
    await fill(space, [1]);
    expect(share.segments.map(({ keys }) => keys)).toEqual([[keyOf(0)], [keyOf(1)]]);
    expect(readFileSync((segment as Segment).file)).toEqual(before);
  });

  it('compute what was damaged on the way, or is no segment', async () => {
    const share = testShare();
    await fill(machine(share), [0, 1, 2]);
    const { file } = share.segments[0] as Segment;
    const bytes = readFileSync(file);
    bytes[offsetOf(testElements, 1) + 60]! ^= 1;
    writeFileSync(file, bytes);
    expect(await fill(machine(share), [0, 1, 2])).toEqual([1]);
    writeFileSync(file, 'no segment');
    expect(await fill(machine({ ...share, publish: async () => undefined }), [0, 2])).toEqual([0, 2]);
  });

  it('compute what cannot be fetched', async () => {
    const share = testShare();
    await fill(machine(share), [0]);
    expect(await fill(machine({ ...share, fetch: async () => null }), [0])).toEqual([0]);
  });

  it('publish what an interrupted filling had done with the next one', async () => {
    const share = testShare();
    await fill(machine(share), [5]);
    const space = machine(share);
    space.append([{ key: keyOf(0), values: valuesOf(0) }]);
    expect(await fill(space, [0, 5, 6])).toEqual([6]);
    expect(share.segments.map(({ keys }) => keys)).toEqual([[keyOf(5)], [keyOf(0), keyOf(6)]]);
  });
});
