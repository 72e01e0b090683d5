import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fillSpaces, type Wanted } from './fill.js';
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

const wantedOf = (indexes: readonly number[]): Wanted<number>[] =>
  indexes.map((index) => ({ key: keyOf(index), source: index }));

describe('filling', () => {
  it('computes once for all spaces what one of them lacks', async () => {
    const store = openStore();
    const spaces = [1, 2].map((width) => store.space({ ...testSpace, dims: [width] }));
    const batches: (readonly number[])[] = [];
    const compute = async (sources: readonly number[]): Promise<Float32Array[]> => {
      batches.push(sources);
      return [Float32Array.from(sources), Float32Array.from(sources.flatMap((i) => [i, -i]))];
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

  it('keeps what is done when it is interrupted', async () => {
    const space = openStore().space({ ...testSpace, dims: [1] });
    const stop = new AbortController();
    const compute = async (sources: readonly number[]): Promise<Float32Array[]> => {
      if (sources.includes(2)) stop.abort();
      return [Float32Array.from(sources)];
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
      compute: async (sources) => [Float32Array.from(sources)],
      onProgress: (done, total) => seen.push(`${done}/${total}`),
    });
    expect(seen).toEqual(['0/3', '2/3', '3/3']);
  });
});
