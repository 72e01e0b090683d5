import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writePictures, writeTexts, writeTones } from '@espalier/data/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { datasetSummarySchema, inspectDataset, inspectInChild } from '../index.js';
import { temporaryFolder } from '../testing/fixtures.js';

const execArgv = ['--conditions=@espalier/source', `--import=${import.meta.resolve('tsx')}`];

async function pictures(): Promise<string> {
  const folder = join(temporaryFolder(), 'pictures');
  await writePictures(folder, 20);
  return folder;
}

/** A folder where a plugin is installed that reads files of its own. */
function folderWithReader(): string {
  const root = temporaryFolder();
  const place = join(root, 'node_modules', 'leaf');
  mkdirSync(place, { recursive: true });
  const espalier = { interface: 1, readers: ['leaves'] };
  const content = { name: 'leaf', type: 'module', keywords: ['espalier-plugin'], espalier };
  writeFileSync(join(place, 'package.json'), JSON.stringify(content));
  writeFileSync(
    join(place, 'index.js'),
    `const rows = Array.from({ length: 24 }, (_, i) => ({
      id: String(i), content: { kind: 'text', text: 'leaf ' + i }, className: i % 2 ? 'oak' : 'elm',
    }));
    export const readers = [{
      format: 'leaves', description: '', recognises: ({ path }) => path.endsWith('.leaves'),
      read: async ({ path }) => ({ root: path, modality: 'text', rows, notes: [] }),
    }];`,
  );
  return root;
}

describe('an inspection', () => {
  it('tells classes, splits, unreadable files, leaks, and maps like to like', async () => {
    const folder = await pictures();
    writeFileSync(join(folder, 'plain', 'broken.png'), 'no picture');
    const phases = new Set<string>();
    const { summary, members } = await inspectDataset(
      folder,
      {},
      { onProgress: ({ phase }) => phases.add(phase) },
    );
    expect(datasetSummarySchema.parse(summary)).toEqual(summary);
    expect(summary).toMatchObject({
      modality: 'image',
      classes: ['plain', 'spots', 'stripes'],
      labelsFrom: 'the names of the sub-folders',
      examples: 60,
    });
    expect(summary.corrupt).toMatchObject({ count: 1, first: [{ id: 'plain/broken.png' }] });
    const total = Object.values(summary.splits)
      .flat()
      .reduce((a, b) => a + b, 0);
    expect(total).toBe(60);
    expect(members).toHaveLength(60);
    expect(summary.map).toMatchObject({ backbone: 'vision-mini' });
    expect(summary.map.points).toHaveLength(60);
    expect(summary.map.points.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
    expect([...phases]).toEqual(['reading', 'embedding', 'mapping']);
    expect((await inspectDataset(folder)).summary).toEqual(summary);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(inspectDataset(folder, {}, { signal })).rejects.toThrow('enough');
  });

  it('shows pairs that stand in two splits', async () => {
    const root = temporaryFolder();
    for (const split of ['train', 'test']) await writePictures(join(root, split), 10);
    const { summary } = await inspectDataset(root);
    expect(summary.leaks.count).toBeGreaterThan(0);
    const [pair] = summary.leaks.nearest;
    expect(pair).toMatchObject({ a: { split: 'train' }, b: { split: 'test' }, distance: 0 });
  });

  it('reads texts and recordings', async () => {
    const root = temporaryFolder();
    await writeTexts(join(root, 'texts.csv'), 12);
    const texts = await inspectDataset(join(root, 'texts.csv'));
    expect(texts.summary).toMatchObject({ modality: 'text', examples: 36, map: { backbone: 'text-mini' } });
    for (const kind of ['low', 'high']) {
      await mkdir(join(root, 'sounds', kind), { recursive: true });
      for (let i = 0; i < 8; i++)
        await writeTones(join(root, 'sounds', kind, `${i}.wav`), i + (kind === 'low' ? 0 : 50));
    }
    const sounds = await inspectDataset(join(root, 'sounds'));
    expect(sounds.summary).toMatchObject({
      modality: 'audio',
      examples: 16,
      map: { backbone: 'audio-mini' },
    });
  });
});

describe('an inspection in a process of its own', () => {
  it('gives the same', async () => {
    const root = temporaryFolder();
    await writeTexts(join(root, 'texts.csv'), 8);
    const path = join(root, 'texts.csv');
    expect(await inspectInChild(path, {}, { execArgv })).toEqual(await inspectDataset(path));
  });

  it("reads what a plugin's reader knows, which is installed where the server was started", async () => {
    const root = folderWithReader();
    const path = join(root, 'trees.leaves');
    await mkdir(path);
    const before = process.cwd();
    onTestFinished(() => process.chdir(before));
    process.chdir(root);
    const { summary } = await inspectInChild(path, {}, { execArgv });
    expect(summary).toMatchObject({ modality: 'text', classes: ['elm', 'oak'], examples: 24 });
  });

  it('says why it failed, also where it crashed', async () => {
    const root = temporaryFolder();
    await expect(inspectInChild(join(root, 'none'), {}, { execArgv })).rejects.toThrow(
      /There is no dataset at/,
    );
    const crash = join(root, 'crash.mjs');
    writeFileSync(crash, "throw new TypeError('it is broken')");
    await expect(inspectInChild(root, {}, { execArgv: [...execArgv, `--import=${crash}`] })).rejects.toThrow(
      /ended without a result \(.*TypeError: it is broken/,
    );
    const kill = join(root, 'kill.mjs');
    writeFileSync(kill, "process.kill(process.pid, 'SIGKILL')");
    await expect(inspectInChild(root, {}, { execArgv: [...execArgv, `--import=${kill}`] })).rejects.toThrow(
      /it was killed/,
    );
  });

  it('ends when it is told to', async () => {
    const folder = await pictures();
    cpSync(folder, join(folder, '..', 'copy'), { recursive: true });
    const stop = new AbortController();
    const running = inspectInChild(
      folder,
      {},
      { execArgv, signal: stop.signal, onProgress: () => stop.abort(new Error('stop')) },
    );
    await expect(running).rejects.toThrow('stop');
  });
});
