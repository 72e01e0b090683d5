import type { StudyReport } from '@espalier/study';
import { probeReportOf, reportOf } from '@espalier/report/testing';
import { describe, expect, it } from 'vitest';
import { csvOf, matching, sortedBy, standingColumns, standingsOf, type StandingColumn } from './standings';

const former = probeReportOf();
const [probe, baseline] = former.leaderboard as [StudyReport['leaderboard'][number], never];
const trial = { ...probe, name: 'trial-4', kind: 'trial' as const, title: 'a "deep" one, tuned' };
const report: StudyReport = {
  ...former,
  leaderboard: [
    probe,
    { ...(baseline as typeof probe), low: 0.7, high: 0.89 },
    { ...trial, value: 0.91, low: 0.85, high: 0.95, loss: 0.3 },
  ],
};

const namesOf = (rows: readonly { readonly name: string }[]): string[] => rows.map(({ name }) => name);
const column = (key: StandingColumn['key']): StandingColumn =>
  standingColumns(report).find((one) => one.key === key) as StandingColumn;

describe('the leaderboard of a finished study', () => {
  it('has epochs, time and ties with the answer', () => {
    expect(standingsOf(report)).toMatchObject([
      { name: 'probe-0', isAnswer: true, ties: false, epochs: null },
      { name: 'baseline-1', isAnswer: false, ties: false, epochs: null },
      { name: 'trial-4', isAnswer: false, ties: true, epochs: 6, seconds: 9 },
    ]);
    expect(standingsOf(reportOf())).toEqual([]);
  });

  it('has what each costs, what is over a limit marked, and which are on the front', () => {
    const rows = standingsOf(report);
    expect(rows.map((row) => [column('latency').cell(row), column('size').cell(row)])).toEqual([
      ['3.52 ms', '9.1 MB'],
      ['0.021 ms (over)', '24800 B'],
      ['3.52 ms', '9.1 MB'],
    ]);
    expect(namesOf(rows.filter(({ onFront }) => onFront))).toEqual(['probe-0', 'baseline-1']);
    expect(namesOf(sortedBy(rows, column('size')))[0]).toBe('baseline-1');
    expect(standingColumns(reportOf()).map(({ key }) => key)).not.toContain('size');
  });

  it('is sorted by any column, what has no value last', () => {
    const rows = standingsOf(report);
    expect(namesOf(sortedBy(rows, column('value')))[0]).toBe('trial-4');
    expect(namesOf(sortedBy(rows, column('loss')))).toEqual(['probe-0', 'baseline-1', 'trial-4']);
    expect(namesOf(sortedBy(rows, column('epochs')))).toEqual(['trial-4', 'probe-0', 'baseline-1']);
    expect(namesOf(sortedBy(rows, column('title')))[0]).toBe('trial-4');
  });

  it('is filtered by name and description', () => {
    const rows = standingsOf(report);
    expect(namesOf(matching(rows, ' DEEP '))).toEqual(['trial-4']);
    expect(namesOf(matching(rows, 'baseline'))).toEqual(['baseline-1']);
    expect(matching(rows, '')).toHaveLength(3);
    expect(matching(rows, 'nothing')).toEqual([]);
  });

  it('is a CSV with every digit, and quotes where they are needed', () => {
    const [head, ...lines] = csvOf(standingsOf(report), report).split('\r\n');
    expect(head).toBe('name,what,accuracy,low,high,loss,epochs,seconds,answer,tie,latency,size');
    expect(lines[2]).toBe('trial-4,"a ""deep"" one, tuned",0.91,0.85,0.95,0.3,6,9,false,true,3.52,9100000');
    expect(lines).toHaveLength(4);
  });
});
