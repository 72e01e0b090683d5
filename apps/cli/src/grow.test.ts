import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeTinyTransformer } from '@espalier/conformance';
import { writeTexts } from '@espalier/data/testing';
import type { StudyReport } from '@espalier/study';
import { readJournal, readReport } from '@espalier/study/folder';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { espalier, expectSentence, start, type CommandResult } from './testing/cli.js';

const root = mkdtempSync(join(tmpdir(), 'espalier-cli-grow-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const [few, more] = [join(root, 'few.csv'), join(root, 'more.csv')];

const run = (...args: string[]): Promise<CommandResult> => espalier(args, root);

beforeAll(async () => {
  await writeTexts(few, 24);
  await writeTexts(more, 36);
  await writeTinyTransformer(join(root, 'tiny-text'));
  const { code, err } = await run(
    ...['search', few, '--backbone', join(root, 'tiny-text'), '--out', join(root, 'first'), '--seed', '5'],
    ...['--trials', '3', '--epochs', '3', '--depths', '1,3', '--learning-rate', '0.01', '--batch', '16'],
    ...['--threads', '1', '--no-baseline', '--text', 'text', '--label', 'label'],
  );
  expect({ code, err }).toEqual({ code: 0, err: '' });
});

/** What a study found, without times and places. */
async function findings(out: string): Promise<object> {
  const { trials, best, growth, leaderboard }: StudyReport = await readReport(join(root, out, 'report.json'));
  const plain = trials.map(({ seconds: _, epochs, ...trial }) => ({
    ...trial,
    epochs: epochs.map(({ seconds: __, ...epoch }) => epoch),
  }));
  return { trials: plain, best, growth, leaderboard: leaderboard.map(({ costs: _, ...line }) => line) };
}

describe('espalier search --from', () => {
  it('grows a study with its settings, its splits and its best trials, and says what has changed', async () => {
    const { code, out, err } = await run(
      'search',
      more,
      '--from',
      'first',
      '--out',
      'second',
      '--threads',
      '1',
    );
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(
      /It grows the study in \S*first: 72 of its 72 examples are there, in the splits they had, and 36 are new\./,
    );
    // Only the new examples pass the frozen stages.
    expect(out).toMatch(/: 36 activations computed, 72 found/);
    const [before, now] = await Promise.all(['first', 'second'].map((name) => readJournal(join(root, name))));
    const { settings } = now?.header ?? {};
    expect(settings).toMatchObject({
      ...{ from: join(root, 'first'), seed: 5, baseline: false },
      budget: before?.header.settings.budget,
      space: before?.header.settings.space,
      dataset: { path: more, textColumn: 'text', labelColumn: 'label' },
    });
    const report = await readReport(join(root, 'second', 'report.json'));
    expect(report.growth?.examples).toEqual({ before: 72, now: 108, found: 72, added: 36, gone: 0 });
    expect(report.trials[0]?.why).toMatch(/^The study that this one grows did best with it/);
    const written = await readFile(join(root, 'second', 'report.md'), 'utf8');
    expect(written).toMatch(
      /## Since the earlier study\n[^]*On the \d+ test examples of both, accuracy was .* and is \*\*.*\*\*, a gain of .* interval/,
    );
    expect((await run('explain', 'second')).out).toMatch(/The study that this one grows did best with it/);
  });

  it('lets options on the command line override', async () => {
    const { code } = await run(
      ...[
        'search',
        more,
        '--from',
        'first',
        '--out',
        'short',
        '--threads',
        '1',
        '--trials',
        '1',
        '--depths',
        '3',
      ],
    );
    expect(code).toBe(0);
    const { header, trials } = await readJournal(join(root, 'short'));
    expect(header.settings).toMatchObject({ budget: { trials: 1, epochs: 3 }, seed: 5 });
    expect(trials.map(({ configuration }) => configuration.values['freezeDepth'])).toEqual([3]);
  });

  it('goes on after kill -9, without the earlier study, as if nothing had happened', async () => {
    const running = start(['search', more, '--from', 'first', '--out', 'killed', '--threads', '1'], root);
    await running.until('trial 1, epoch 1');
    running.child.kill('SIGKILL');
    await running.ended;
    await rename(join(root, 'first'), join(root, 'away'));
    const resumed = await run('search', '--resume', 'killed');
    await rename(join(root, 'away'), join(root, 'first'));
    expect(resumed).toMatchObject({ code: 0, err: '' });
    expect(await findings('killed')).toEqual(await findings('second'));
  });

  it('says in a sentence why it cannot', async () => {
    const missing = await run('search', more, '--from', 'nowhere', '--out', 'none');
    expectSentence(missing, /no study in .*nowhere/);
    const lines = (await readFile(join(root, 'first', 'study.jsonl'), 'utf8')).trim().split('\n');
    const { code } = await run('search', more, '--from', 'first', '--out', 'first');
    expect(code).toBe(1);
    await writeFile(join(root, 'first', 'study.jsonl'), `${lines.slice(0, -1).join('\n')}\n`);
    expectSentence(await run('search', more, '--from', 'first', '--out', 'none'), /is not finished/);
    expect(existsSync(join(root, 'none'))).toBe(false);
  });
});
