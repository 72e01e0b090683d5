import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBlobs, type Blobs } from '@espalier/blobs';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { shareActivations, type SharedActivations } from './share.js';

const space = 'ab'.repeat(32);
const key = (index: number): string => index.toString(16).padStart(64, '0');
const keys = (...indexes: readonly number[]): string[] => indexes.map(key);

let root: string;
let blobs: Blobs;
let failures: string[];
let shared: SharedActivations;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'espalier-shared-'));
  blobs = openBlobs({ kind: 'folder', folder: join(root, 'blobs') });
  failures = [];
  shared = shareOf(1000);
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
});

const shareOf = (bytes: number): SharedActivations =>
  shareActivations(blobs, { bytes, onFailure: (message) => failures.push(message) });

async function publish(content: string, ...indexes: readonly number[]): Promise<void> {
  const file = join(root, 'segment');
  writeFileSync(file, content);
  await shared.publish(space, file, keys(...indexes));
}

/** The contents of the segments that are found, in order. */
async function found(...indexes: readonly number[]): Promise<string[]> {
  const contents: string[] = [];
  for (const name of await shared.find(space, keys(...indexes))) {
    contents.push(readFileSync((await shared.fetch(space, name, root)) as string, 'utf8'));
  }
  return contents;
}

describe('shared activations', () => {
  it('are the fewest segments that hold what there is', async () => {
    await publish('one', 1);
    await publish('one to three', 1, 2, 3);
    await publish('three and four', 3, 4);
    await publish('five', 5);
    expect(await found(1, 2, 3, 4)).toEqual(['one to three', 'three and four']);
    expect(await found(5, 6)).toEqual(['five']);
    expect(await found(6)).toEqual([]);
    expect(await shared.find('cd'.repeat(32), keys(1))).toEqual([]);
    expect(failures).toEqual([]);
  });

  it('take no more than they may; the oldest go, with what lists them', async () => {
    shared = shareOf(8);
    await publish('first', 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await publish('then', 2);
    expect(await found(1, 2)).toEqual(['then']);
    const left: string[] = [];
    for await (const blob of blobs.list('features/')) left.push(blob.key);
    expect(left).toHaveLength(2);
  });

  it('are found where another list of them is damaged, which is told', async () => {
    await publish('one', 1);
    const [lost] = (await shared.find(space, keys(1))) as [string];
    const folder = join(root, 'blobs', 'features', space);
    const content = readdirSync(folder).find((file) => /\.keys@(?!blob\.json)/.test(file)) as string;
    expect(content).toContain(lost);
    writeFileSync(join(folder, content), 'no list');
    await publish('two', 2);
    expect(await found(1, 2)).toEqual(['two']);
    expect(failures).toEqual([expect.stringMatching(/^activations of other machines cannot be listed: /)]);
  });

  it('are not there where the blobs are not, which is told', async () => {
    await publish('one', 1);
    const [name] = (await shared.find(space, keys(1))) as [string];
    writeFileSync(join(root, 'no-folder'), '');
    blobs = openBlobs({ kind: 'folder', folder: join(root, 'no-folder') });
    shared = shareOf(1000);
    expect(await shared.find(space, keys(1))).toEqual([]);
    expect(await shared.fetch(space, name, root)).toBeNull();
    await publish('two', 2);
    expect(failures.map((message) => message.split(':')[0])).toEqual(
      expect.arrayContaining(['activations cannot be shared with other machines']),
    );
  });
});
