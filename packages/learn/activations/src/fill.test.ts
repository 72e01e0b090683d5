import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fillSpaces, type FillOptions, type Lack, type Wanted } from './fill.js';
import { openActivationStore, type ActivationStore } from './store.js';
import { keyOf, testSpace } from './testing/records.js';

function openStore(): ActivationStore {
  const folder = mkdtempSync(join(tmpdir(), 'espalier-features-'));
  const store = openActivationStore({ folder, maxBytes: 2 ** 30 });
  onTestFinished(() => {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return store;
}

type Compute = FillOptions<number>['compute'];

const wantedOf = (indexes: readonly number[]): Wanted<number>[] =>
  indexes.map((index) => ({ key: keyOf(index), source: index }));

describe('filling', () => {
  it('computes once for all spaces what one of them lacks', async () => {
    const store = openStore();
    const spaces = [1, 2].map((width) => store.space({ ...testSpace, dims: [width] }));
    const batches: (readonly number[])[] = [];
    const compute: Compute = async (part) => {
      const sources = part.map(({ source }) => source);
      batches.push(sources);
      return new Map([
        [0, Float32Array.from(sources)],
        [1, Float32Array.from(sources.flatMap((i) => [i, -i]))],
      ]);
    };
    const first = { spaces: spaces.slice(0, 1), batch: 2, compute };
    expect(await fillSpaces({ ...first, wanted: wantedOf([0, 1]) })).toEqual({ found: 0, computed: 2 });
    const both = { spaces, batch: 2, compute };
    expect(await fillSpaces({ ...both, wanted: wantedOf([0, 1, 2, 2]) })).toEqual({ found: 0, computed: 3 });
    expect(await fillSpaces({ ...both, wanted: wantedOf([2, 1]) })).toEqual({ found: 2, computed: 0 });
    expect(batches).toEqual([[0, 1], [0, 1], [2]]);
    const target = new Float32Array(4);
    spaces[1]?.read([keyOf(2), keyOf(1)], target);
    expect([...target]).toEqual([2, -2, 1, -1]);
  });

  it('computes together what lacks the same and begins at the same place', async () => {
    const store = openStore();
    const spaces = [1, 2].map((width) => store.space({ ...testSpace, dims: [width] }));
    spaces[1]?.append([0, 3].map((index) => ({ key: keyOf(index), values: new Float32Array(2) })));
    const seen: [readonly number[], Lack][] = [];
    await fillSpaces<number>({
      spaces,
      wanted: wantedOf([0, 1, 2, 3, 4]),
      batch: 8,
      startOf: (key, lacking) => (lacking.length > 1 && key === keyOf(4) ? 7 : 0),
      compute: async (part, lack) => {
        seen.push([part.map(({ source }) => source), lack]);
        return new Map(lack.lacking.map((i) => [i, new Float32Array(part.length * (i + 1))]));
      },
    });
    expect(seen).toEqual([
      [[0, 3], { lacking: [0], start: 0 }],
      [[1, 2], { lacking: [0, 1], start: 0 }],
      [[4], { lacking: [0, 1], start: 7 }],
    ]);
  });

  it('keeps what is done when it is interrupted', async () => {
    const space = openStore().space({ ...testSpace, dims: [1] });
    const stop = new AbortController();
    const compute: Compute = async (part) => {
      const sources = part.map(({ source }) => source);
      if (sources.includes(2)) stop.abort();
      return new Map([[0, Float32Array.from(sources)]]);
    };
    const options = { spaces: [space], wanted: wantedOf([0, 1, 2, 3, 4, 5]), batch: 2, compute };
    await expect(fillSpaces({ ...options, signal: stop.signal })).rejects.toThrow(/abort/i);
    expect(await fillSpaces(options)).toEqual({ found: 4, computed: 2 });
  });

  it('tells its progress to the end', async () => {
    const space = openStore().space({ ...testSpace, dims: [1] });
    const seen: string[] = [];
    await fillSpaces({
      spaces: [space],
      wanted: wantedOf([0, 1, 2]),
      batch: 2,
      compute: async (part) => new Map([[0, Float32Array.from(part, ({ source }) => source)]]),
      onProgress: (done, total) => seen.push(`${done}/${total}`),
    });
    expect(seen).toEqual(['0/3', '2/3', '3/3']);
  });
});
