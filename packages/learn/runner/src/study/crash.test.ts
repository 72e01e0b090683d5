import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type * as Files from '@espalier/base/files';
import { writePictures } from '@espalier/data/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readJournal } from '@espalier/study/folder';
import { resumeStudy, runStudy } from './study.js';
import { list, temporaryFolder, tinyBackbone, tinyOptions, tinySettings } from '../testing/fixtures.js';

/** Writes that still succeed before the process is as good as dead, and what is done before each of them. */
const crash = vi.hoisted(() => ({
  after: Infinity,
  writes: 0,
  before: async (_writes: number): Promise<void> => undefined,
}));

vi.mock('@espalier/base/files', async (original) => {
  const real = await original<typeof Files>();
  const dying =
    <A extends unknown[], R>(write: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const writes = crash.writes++;
      if (writes >= crash.after) throw new Error('crash');
      await crash.before(writes);
      return write(...args);
    };
  return {
    ...real,
    writeFileAtomic: dying(real.writeFileAtomic),
    appendLineDurable: dying(real.appendLineDurable),
  };
});

let root: string;
let remove: () => Promise<void>;
beforeAll(async () => {
  ({ path: root, remove } = await temporaryFolder());
  await writePictures(join(root, 'pictures'), 15);
});
afterAll(() => remove());

/** Pruning and early stopping both happen in it. */
const mixed = (): ReturnType<typeof tinySettings> =>
  tinySettings(root, {
    space: {
      freezeDepth: list(2, 4),
      start: list('probe', 'trial'),
      averaging: list('epochs'),
      batch: list(16),
    },
    budget: { trials: 4, epochs: 4 },
    training: { patience: 1 },
    baselineRates: [1e-3, 3e-3],
  });

/** Heads that train side by side; one diverges, others are pruned, or end early. */
const heads = (): ReturnType<typeof tinySettings> =>
  tinySettings(root, {
    ...{ baseline: false, sampler: 'grid', pruner: 'median' },
    space: {
      ...{ freezeDepth: list(4), learningRate: list(1e-3, 1e-1, 1e30), dropout: list(0, 0.3) },
      ...{ start: list('probe', 'random'), averaging: list('epochs') },
      ...{ augmentation: list('none'), layerDecay: list(1), weightDecay: list(0.01), batch: list(16) },
    },
    budget: { trials: null, epochs: 3 },
    training: { patience: 1 },
  });

let settings = mixed;

async function attempt(name: string, after: number, before = async (_: number) => {}): Promise<void> {
  Object.assign(crash, { after, writes: 0, before });
  const options = { ...tinyOptions(root, name), backbones: [await tinyBackbone(root)] };
  const started = await readJournal(options.folder).catch(() => null);
  await (started === null ? runStudy(settings(), options) : resumeStudy(options));
}

/** The journal without times, and with each epoch once. */
async function journalOf(name: string): Promise<object> {
  const { probes, trials, searchEnded } = await readJournal(join(root, name));
  const plain = JSON.stringify({ probes, trials, searchEnded });
  return JSON.parse(plain, (key, value: unknown) =>
    key === 'seconds' || key === 'elapsed' ? 0 : value,
  ) as object;
}

describe('a study that dies between any two writes', () => {
  it.each([
    { of: 'trials', study: mixed },
    { of: 'heads', study: heads },
  ])('of $of ends, once it is resumed, with the journal it would have had', async ({ of, study }) => {
    settings = study;
    const names = { whole: `${of}-whole`, after: `${of}-after` };
    const left: string[] = [];
    // A process that is killed leaves the folder as it is: a copy of it, rather than a study for every death.
    await attempt(names.whole, Infinity, async (writes) => {
      if (writes % 2 === 0) return;
      left.push(`${names.after}-${writes}`);
      const filter = (path: string): boolean => !path.includes('.lock');
      await cp(join(root, names.whole), join(root, `${names.after}-${writes}`), { recursive: true, filter });
    });
    const writes = crash.writes;
    expect(writes).toBeGreaterThan(40);
    expect(left).toHaveLength(Math.floor(writes / 2));
    const whole = await journalOf(names.whole);
    // One whose write fails clears up before it ends, which changes nothing.
    for (const after of [11, 30]) {
      left.push(`${of}-failed-after-${after}`);
      await expect(attempt(`${of}-failed-after-${after}`, after)).rejects.toThrow('crash');
    }
    for (const name of left) {
      await expect(attempt(name, 0)).rejects.toThrow('crash');
      await attempt(name, Infinity);
      expect(await journalOf(name)).toEqual(whole);
      expect(await readdir(join(root, name, 'checkpoints'))).toEqual([]);
      expect(
        (await readdir(join(root, name), { recursive: true })).filter((file) => file.endsWith('.tmp')),
      ).toEqual([]);
    }
  });
});
