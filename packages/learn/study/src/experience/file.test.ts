import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256Of } from '@espalier/base/files';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addExperience,
  clearExperience,
  experiencePath,
  MOST_ROWS,
  readExperience,
  type ExperienceRow,
} from './index.js';

let root: string;
beforeAll(async () => (root = await mkdtemp(join(tmpdir(), 'espalier-experience-'))));
afterAll(() => rm(root, { recursive: true, force: true }));

const rowOf = (study: string, day = 1, change: Partial<ExperienceRow> = {}): ExperienceRow => ({
  version: 1,
  study: sha256Of(study),
  startedAt: new Date(Date.UTC(2026, 0, day)).toISOString(),
  task: 'classification',
  dataset: { modality: 'image', examples: 100, classes: 3 },
  backbone: { id: 'net', fingerprint: 'f' },
  objective: { name: 'accuracy', direction: 'maximise' },
  values: { freezeDepth: 2, learningRate: 0.001 },
  ...{ status: 'complete', start: 0.8, gain: 0.02, epochs: 5, epochSeconds: 1.5, work: 1e9 },
  ...change,
});

describe('the file of experience', () => {
  it('grows by whole studies, each once, and is its owner’s alone', async () => {
    const path = join(root, 'grows', 'experience.jsonl');
    expect(await readExperience(path)).toEqual([]);
    const one = [rowOf('one'), rowOf('one')];
    expect(await addExperience(path, one)).toEqual({ studies: 1, rows: 2, known: 0 });
    expect(await addExperience(path, [...one, rowOf('two')])).toEqual({ studies: 1, rows: 1, known: 1 });
    expect(await readExperience(path)).toEqual([...one, rowOf('two')]);
    if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600);
    await clearExperience(path);
    expect(await readdir(join(root, 'grows'))).toEqual([]);
  });

  it('loses nothing where two processes add at once', async () => {
    const path = join(root, 'at-once.jsonl');
    await Promise.all([addExperience(path, [rowOf('a')]), addExperience(path, [rowOf('b')])]);
    expect((await readExperience(path)).map(({ study }) => study).sort()).toEqual(
      [sha256Of('a'), sha256Of('b')].sort(),
    );
  });

  it('is bounded: the studies that began first make way', async () => {
    const path = join(root, 'bounded.jsonl');
    const many = Array.from({ length: MOST_ROWS }, (_, i) => rowOf(`old ${i >> 1}`, 1 + (i >> 1)));
    await addExperience(path, many);
    await addExperience(path, [rowOf('new', 9000)]);
    const kept = await readExperience(path);
    expect(kept).toHaveLength(MOST_ROWS - 1);
    expect(kept[0]?.study).toBe(sha256Of('old 1'));
    expect(kept.at(-1)?.study).toBe(sha256Of('new'));
  });

  it.each([
    ['{', 'it is no JSON'],
    ['{"version":1}', 'study: '],
    [JSON.stringify(rowOf('x', 1, { epochs: -1 })), 'epochs: '],
    [JSON.stringify({ ...rowOf('x'), version: 2 }), 'version: '],
  ])('names the line that is no row: %s', async (line, reason) => {
    const path = join(root, 'bad.jsonl');
    const content = `${JSON.stringify(rowOf('good'))}\n${line}\n`;
    await writeFile(path, content);
    await expect(readExperience(path)).rejects.toThrow(
      `line 2 of ${path} is no row of experience (${reason}`,
    );
    await expect(addExperience(path, [rowOf('more')])).rejects.toThrow('line 2');
    expect(await readFile(path, 'utf8')).toBe(content);
  });

  it('lies where the environment says, else with the user’s data', () => {
    expect(experiencePath({ ESPALIER_EXPERIENCE: '/here/e.jsonl' })).toBe('/here/e.jsonl');
    expect(experiencePath({ ESPALIER_EXPERIENCE: 'none' })).toBeNull();
    expect(experiencePath({ XDG_DATA_HOME: '/data' })).toBe('/data/espalier/experience.jsonl');
  });
});
