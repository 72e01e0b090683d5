import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeInferenceModel } from '@espalier/zero-shot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { espalier, expectSentence } from './testing/cli.js';

const root = mkdtempSync(join(tmpdir(), 'espalier-cli-zero-shot-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const table = join(root, 'things.csv');
beforeAll(async () => {
  await writeInferenceModel(join(root, 'inference'));
  const rows = ['red', 'green'].flatMap((label) =>
    Array.from({ length: 6 }, (_, i) => `${label},thing ${i} is ${label}`),
  );
  await writeFile(table, ['label,text', ...rows].join('\n'));
  await mkdir(join(root, 'empty'));
});

describe('espalier zero-shot', () => {
  it('classifies texts by names, and measures itself on a labelled dataset', async () => {
    const asked = await espalier(
      ['zero-shot', 'inference', 'a green one', 'a red one', '--labels', 'red,green', '--json'],
      root,
    );
    expect(asked).toMatchObject({ code: 0, err: '' });
    const labels = asked.out
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { labels: { label: string }[] }).labels[0]?.label);
    expect(labels).toEqual(['green', 'red']);
    const measured = await espalier(['zero-shot', 'inference', '--dataset', table], root);
    expect(measured).toMatchObject({ code: 0, err: '' });
    expect(measured.out).toMatch(
      /Accuracy 100\.0 % of 12 examples with 'This text is about \{\}\.'; the most frequent class 50\.0 %\./,
    );
  });

  it('says what is missing', async () => {
    expectSentence(
      await espalier(['zero-shot', 'inference', 'a text'], root),
      /Name the classes with --labels/,
      2,
    );
    expectSentence(
      await espalier(['zero-shot', 'inference'], root),
      /Give examples to classify, or a labelled dataset with --dataset/,
      2,
    );
    expectSentence(
      await espalier(['zero-shot', 'empty', 'a', '--labels', 'a,b'], root),
      /There is no config\.json/,
    );
    expectSentence(
      await espalier(['zero-shot', 'inference', '--dataset', table, '--labels', 'a,b,c'], root),
      /has 2 classes \(green, red\): give as many --labels, in that order/,
      2,
    );
  });
});
