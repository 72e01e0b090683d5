import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeTinyTransformer } from '@espalier/conformance';
import { writeTexts } from '@espalier/data/testing';
import { readReport } from '@espalier/study/folder';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { espalier, expectSentence, type CommandResult } from './testing/cli.js';

const root = mkdtempSync(join(tmpdir(), 'espalier-cli-text-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const [table, backbone] = [join(root, 'texts.csv'), join(root, 'tiny-text')];
beforeAll(async () => {
  await writeTexts(table, 24);
  await writeTinyTransformer(backbone);
});

const searchOn = (dataset: string, out: string, ...more: string[]): Promise<CommandResult> =>
  espalier(
    [
      ...[
        'search',
        dataset,
        '--backbone',
        backbone,
        '--out',
        join(root, out),
        '--seed',
        '5',
        '--trials',
        '3',
      ],
      ...[
        '--epochs',
        '6',
        '--depths',
        '0,1,3',
        '--learning-rate',
        '0.01',
        '--batch',
        '16',
        '--threads',
        '1',
        ...more,
      ],
    ],
    root,
  );

describe('a search on texts', () => {
  it('shows its guesses and probes, and ends with a model that classifies texts, files and tables', async () => {
    const { code, out, err } = await searchOn(table, 'study');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('Guessed that column "text" is the text.');
    expect(out).toMatch(
      /probe-0: \S+, depth 3: [\d.]+ % \([\d.]+ % to [\d.]+ %, log loss [\d.]+\) by cross-validation/,
    );
    expect(out).toMatch(/baseline-1: words and characters, no network: [\d.]+ %/);
    expect(out).toMatch(/Next: +espalier predict study '<a text>'/);
    const report = await readReport(join(root, 'study', 'report.json'));
    expect(report.dataset.modality).toBe('text');
    expect(report.leaderboard.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['baseline', 'probe']));
    expect(report.best.test.value).toBeGreaterThan(0.5);
    expect(await readFile(join(root, 'study', 'model-card.md'), 'utf8')).toContain(
      'pipeline_tag: "text-classification"',
    );

    const lines = join(root, 'lines.txt');
    await writeFile(lines, 'password account code code\n\nparcel courier shipping courier\n');
    const text = 'refund invoice charge refund';
    const predicted = await espalier(['predict', 'study', text, lines, table, '--json'], root);
    expect(predicted.code).toBe(0);
    const rows = predicted.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { file: string; labels: { label: string }[] });
    expect(rows).toHaveLength(3 + 72);
    expect(rows.slice(0, 3).map(({ file }) => file)).toEqual([text, 'lines.txt:1', 'lines.txt:3']);
    expect(rows[0]?.labels[0]?.label).toBe('billing');
  });

  it('names the tokenizer where the one beside the model is another', async () => {
    const folder = join(root, 'copied');
    await mkdir(folder);
    const asked = ['export', 'study', '--entry', 'probe-0', '--out', 'copied/model.onnx'];
    expect(await espalier(asked, root)).toMatchObject({ code: 0, err: '' });
    const tokenizer = JSON.parse(await readFile(join(folder, 'tokenizer.json'), 'utf8')) as {
      version: string;
    };
    await writeFile(join(folder, 'tokenizer.json'), JSON.stringify({ ...tokenizer, version: '1.1' }));
    expectSentence(
      await espalier(['predict', 'copied', 'a text'], root),
      /tokenizer\.json is not the tokenizer that belongs to the model/,
    );
    rmSync(join(folder, 'tokenizer.json'));
    expectSentence(await espalier(['predict', 'copied', 'a text'], root), /There is no tokenizer\.json at/);
  });
});

describe('texts that cannot be used', () => {
  const rows = Array.from({ length: 30 }, (_, i) => `${i % 2 === 0 ? 'a' : 'b'},text number ${i} of the set`);
  const write = async (name: string, content: string | Uint8Array): Promise<string> => {
    const path = join(root, name);
    await writeFile(path, content);
    return path;
  };
  const withText = (text: string): string => ['label,text', ...rows, `a,${text}`].join('\n');

  it.each<[string, string, string | Uint8Array, string[], RegExp]>([
    [
      'an empty text',
      'empty.csv',
      withText('   '),
      ['--max-corrupt', '0'],
      /1 of the 31 texts of empty cannot be read.*empty\.csv:32 \(the text is empty\)/,
    ],
    [
      'a megabyte in a cell',
      'long.csv',
      withText('x'.repeat(2 ** 20)),
      ['--max-corrupt', '0'],
      /long\.csv:32 \(the text has 1,048,576 characters, and at most 200,000 are read\)/,
    ],
    [
      'two encodings',
      'mixed.csv',
      Buffer.concat([Buffer.from(withText('na\u00efve caf\u00e9')), Buffer.of(0xef)]),
      [],
      /mixed\.csv, line 32: the line holds bytes that are not UTF-8/,
    ],
    [
      'a missing column',
      'columns.csv',
      withText('x'),
      ['--text', 'sentence'],
      /has no column "sentence" for the text; its columns are "label", "text"/,
    ],
    [
      'a column twice asked for',
      'twice.csv',
      withText('x'),
      ['--text', 'text', '--image-column', 'text'],
      /give one of --image-column and --text/,
    ],
    [
      'a table that is no Parquet',
      'table.parquet',
      withText('x'),
      [],
      /table\.parquet is not a Parquet file, or it is damaged/,
    ],
  ])('are refused in a sentence: %s', async (_, name, content, more, message) => {
    expectSentence(await searchOn(await write(name, content), `out-${name}`, ...more), message);
    expect(existsSync(join(root, `out-${name}`))).toBe(false);
  });

  it('are skipped and named where they are few', async () => {
    const path = await write('few.csv', withText(''));
    const { code, out } = await searchOn(path, 'few', '--no-scratch', '--trials', '1', '--epochs', '1');
    expect(code).toBe(0);
    expect(out).toContain('skipped few.csv:32: the text is empty');
  });

  it('are refused for a backbone of pictures, and an augmentation of pictures for texts', async () => {
    expectSentence(
      await espalier(['search', table, '--backbone', 'vision-mini', '--out', join(root, 'wrong')], root),
      /Backbone vision-mini is for images and the dataset texts holds texts; choose a backbone for texts/,
    );
    expectSentence(
      await searchOn(table, 'flipped', '--augment', 'flip'),
      /[Tt]here is no augmentation 'flip' for texts; there are none, drop, swap/,
    );
  });

  it('are refused with the tokenizer of a larger model', async () => {
    const other = join(root, 'other-text');
    await cp(backbone, other, { recursive: true });
    const tokenizer = JSON.parse(await readFile(join(other, 'tokenizer.json'), 'utf8')) as {
      model: { vocab: Record<string, number> };
    };
    tokenizer.model.vocab['unheard'] = 500;
    await writeFile(join(other, 'tokenizer.json'), JSON.stringify(tokenizer));
    expectSentence(
      await espalier(['search', table, '--backbone', other, '--out', join(root, 'mismatch')], root),
      /its tokenizer has 501 tokens and the model knows \d+, so they do not belong together/,
    );
  });
});
