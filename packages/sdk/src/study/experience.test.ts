import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readExperience } from '@espalier/study/experience';
import { readJournal } from '@espalier/study/folder';
import { beforeAll, describe, expect, it } from 'vitest';
import { resume, search, type FinishedStudy, type StudyNews } from '../index.js';
import { playground } from '../testing/playground.js';

const { root, options } = await playground();
const file = join(root, 'experience.jsonl');

let first: FinishedStudy;
beforeAll(async () => {
  first = await search(options('first', { experience: file, baseline: false }));
});

/** What must not differ between two runs. */
const findings = ({ trials, metrics, verdicts, reason }: FinishedStudy): object => ({
  trials: trials.map(({ epochs, ...trial }) => ({
    ...trial,
    epochs: epochs.map(({ seconds: _, ...epoch }) => epoch),
  })),
  ...{ metrics, verdicts, reason },
});

describe('a finished study', () => {
  it('leaves a row of each trial, once', async () => {
    const rows = await readExperience(file);
    expect(rows.map(({ values }) => values)).toEqual(
      first.trials.map(({ configuration }) => configuration.values),
    );
    const { probes, header } = await readJournal(first.folder);
    for (const [i, row] of rows.entries()) {
      const trial = first.trials[i];
      expect(row).toMatchObject({ dataset: { modality: 'image', examples: 60, classes: 3 } });
      expect(row).toMatchObject({
        status: trial?.status,
        epochs: trial?.epochs.length,
        start: probes[0]?.value,
      });
      expect(row.backbone.fingerprint).toBe(header.models[0]);
      const reached = trial?.epochs.map(({ metrics }) => (metrics['accuracy'] ?? NaN) - row.start) ?? [];
      expect(reached).toContain(row.gain);
    }
    await resume(first.folder);
    expect(await readExperience(file)).toEqual(rows);
  });
});

describe('a later study', () => {
  const asked = (name: string, change: object = {}) =>
    options(name, { seed: 6, baseline: false, experience: join(root, `${name}.jsonl`), ...change });

  it('begins with a copy of what it learns from, and goes on with that after an interruption', async () => {
    for (const name of ['whole', 'stopped']) await copyFile(file, join(root, `${name}.jsonl`));
    const whole = await search(asked('whole'));
    const { header } = await readJournal(whole.folder);
    expect(header.experience?.map(({ configuration }) => configuration)).toEqual(
      first.trials.map(({ configuration }) => configuration),
    );
    const note = /^The sampler knows 3 trials of 1 earlier study with the same backbones\.$/;
    expect(whole.report.search.notes).toContainEqual(expect.stringMatching(note));

    const controller = new AbortController();
    const reason = new Error('stop');
    const onEvent = (event: StudyNews): void => {
      if (event.kind === 'epoch' && event.number === 1) controller.abort(reason);
    };
    await expect(search(asked('stopped', { onEvent, signal: controller.signal }))).rejects.toBe(reason);
    await rm(join(root, 'stopped.jsonl'));
    expect(findings(await resume(join(root, 'stopped')))).toEqual(findings(whole));
  });

  it('takes nothing for a sampler that does not learn from it', async () => {
    const { folder } = await search(
      options('random', {
        experience: file,
        baseline: false,
        sampler: 'random',
        budget: { trials: 1, epochs: 1 },
      }),
    );
    expect((await readJournal(folder)).header.experience).toBeUndefined();
  });
});
