import { expect, it } from 'vitest';
import { reportOf } from '../testing/fixtures.js';
import type { StudyReport } from '@espalier/study';
import { chartsOf } from './index.js';

/** Fails on a tag left open, a stray `<` or `&`, an attribute twice or a character outside XML. */
function expectWellFormed(svg: string): void {
  const open: string[] = [];
  expect(svg).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/u);
  const rest = svg.replace(/<(\/?)([\w:]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g, (...match: string[]) => {
    const [, close, name, attributes = '', empty] = match;
    if (close === '/') expect(open.pop()).toBe(name);
    else if (empty !== '/') open.push(name as string);
    const names = [...attributes.matchAll(/([\w:-]+)="/g)].map(([, attribute]) => attribute);
    expect(new Set(names).size).toBe(names.length);
    return '';
  });
  expect(open).toEqual([]);
  expect(rest).not.toMatch(/[<>]|&(?!(?:amp|lt|gt|quot|apos|#\d+);)/);
}

const odd = ['<script>alert(1)</script>', 'a & "b"', '\u0000\ud800', '', ']]>', '{a|b}'];

function oddReport(): StudyReport {
  const report = reportOf(odd);
  return { ...report, dataset: { ...report.dataset, name: '"><script>' } };
}

it.each([
  ['plain', reportOf()],
  ['odd names', oddReport()],
  ['thirty classes', reportOf(Array.from({ length: 30 }, (_, i) => `class ${i}`))],
  ['one trial and no twin', alone()],
])('draws well-formed pictures with a name: %s', async (_, report) => {
  const charts = await chartsOf(report);
  expect(charts).toHaveLength(4);
  for (const [, svg] of charts) {
    expectWellFormed(svg);
    expect(svg).toMatch(
      /^<svg role="img" aria-label="[^"]+" [^>]*>\n<title>[^<]+<\/title>\n<desc>[^<]+<\/desc>/,
    );
    expect(svg).toMatch(/<rect width="\d+" height="\d+" x="0" y="0" fill="#ffffff">/);
    expect(svg).not.toContain('<script');
    expect(svg).not.toContain('NaN');
  }
});

function alone(): StudyReport {
  const report = reportOf();
  const trials = report.trials.slice(4, 5).map((trial) => ({ ...trial, epochs: trial.epochs.slice(0, 1) }));
  return { ...report, trials, baselines: { ...report.baselines, random: null } };
}

it('shows a class named like a tag as text', async () => {
  const confusion = (await chartsOf(oddReport())).find(([name]) => name === 'confusion.svg')?.[1];
  expect(confusion).toContain('&lt;script&gt;');
});

it('draws the same picture twice', async () => {
  expect(await chartsOf(reportOf())).toEqual(await chartsOf(reportOf()));
});

it('leaves the heat map out where its cells would be too small', async () => {
  const charts = await chartsOf(reportOf(Array.from({ length: 31 }, (_, i) => `${i}`)));
  const names = charts.map(([name]) => name);
  expect(names).not.toContain('confusion.svg');
});
