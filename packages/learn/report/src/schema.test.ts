import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Evaluation } from '@espalier/metrics';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { ReportError, studyReportSchema, type StudyReport } from '@espalier/study';
import { readReport } from '@espalier/study/folder';
import { writeReport } from './index.js';
import { reportOf } from './testing/fixtures.js';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'espalier-report-'))));
afterAll(() => rm(folder, { recursive: true }));

it('holds the evaluations that the metrics give, and gives them back', () => {
  type Classified = NonNullable<StudyReport['best']['test']['classification']>;
  expectTypeOf<Evaluation>().toExtend<Classified>();
  expectTypeOf<Classified>().toExtend<Evaluation>();
});

describe('studyReportSchema', () => {
  it('survives JSON', () => {
    const report = reportOf(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(studyReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
    const evidence: StudyReport['evidence'] = {
      mistakes: [{ id: 'a/1.jpg', label: 0, predicted: 5, confidence: 0.9 }],
      cells: [{ label: 0, predicted: 5, ids: ['a/1.jpg'] }],
    };
    expect(studyReportSchema.parse({ ...report, evidence })).toEqual({ ...report, evidence });
  });

  it.each<[string, (report: StudyReport) => unknown, RegExp]>([
    ['an unknown key', (report) => ({ ...report, extra: 1 }), /extra/],
    [
      'a best trial that is not there',
      (report) => ({ ...report, best: { ...report.best, trial: 99 } }),
      /no trial 99/,
    ],
    [
      'a best trial without epochs',
      (report) => ({ ...report, best: { ...report.best, trial: 6 } }),
      /no epochs/,
    ],
    ['an unlisted backbone', (report) => ({ ...report, backbones: report.backbones.slice(1) }), /not listed/],
    [
      'other classes than were measured',
      (report) => ({ ...report, dataset: { ...report.dataset, classes: ['a'] } }),
      /does not measure 1 classes/,
    ],
    [
      'evidence of a class that is not there',
      (report) => ({ ...report, evidence: { mistakes: [], cells: [{ label: 3, predicted: 0, ids: [] }] } }),
      /none of the 3/,
    ],
    ['a number that JSON loses', (report) => ({ ...report, seconds: NaN }), /NaN/],
  ])('refuses %s', (_, change, message) => {
    const parsed = studyReportSchema.safeParse(change(reportOf()));
    expect(parsed.success).toBe(false);
    expect(parsed.error?.message).toMatch(message);
  });
});

describe('writeReport', () => {
  it('leaves every file, nothing temporary, and what readReport reads', async () => {
    const out = join(folder, 'out');
    const report = reportOf();
    const names = await writeReport(out, report);
    expect(names.toSorted()).toEqual([
      'calibration.svg',
      'confusion.svg',
      'freeze-depth.svg',
      'learning-curves.svg',
      'model-card.md',
      'report.json',
      'report.md',
    ]);
    expect((await readdir(out)).toSorted()).toEqual(names.toSorted());
    expect(await readReport(join(out, 'report.json'))).toEqual(report);
  });

  it('writes nothing of a report that contradicts itself', async () => {
    const out = join(folder, 'bad');
    await expect(writeReport(out, { ...reportOf(), backbones: [] })).rejects.toThrow(ReportError);
    await expect(readdir(out)).rejects.toThrow(/ENOENT/);
  });
});

it.each<[string, string | null, RegExp]>([
  ['no file', null, /^There is no report at .*\.$/],
  [
    'a truncated file',
    JSON.stringify(reportOf()).slice(0, 500),
    /is not JSON; it is cut short or damaged\.$/,
  ],
  ['foreign JSON', '{"name":"x"}', /is not a report of Espalier \(version: .*\)\.$/],
  ['a list', '[1]', /is not a report of Espalier/],
  ['a later version', '{"version":4}', /report of version 4; this version of Espalier reads version 3\.$/],
])('readReport refuses %s', async (name, content, message) => {
  const path = join(folder, `${name}.json`);
  if (content !== null) await writeFile(path, content);
  await expect(readReport(path)).rejects.toThrow(ReportError);
  await expect(readReport(path)).rejects.toThrow(message);
});
