import { expect, it } from 'vitest';
import { tableOf } from './textTable.js';

const columns = ['entry', 'description', '>learning rate', '>loss', 'measured'];

function tableIn(room: number, fit: 'wrap' | 'cut'): string[] {
  const table = tableOf(columns, { room, fit });
  table.push([
    'average-probe-1+probe-2',
    'a network that was trained from depth 3 on',
    '3e-3',
    0.52,
    'validation',
  ]);
  table.push(['probe-1', 'a network, depth 4', '', 0.6, '120 examples, cross-validated']);
  return table.toString().split('\n');
}

const widthOf = (lines: readonly string[]): number => Math.max(...lines.map((line) => line.length));

it('is as wide as its texts where there is room', () => {
  const lines = tableIn(Infinity, 'wrap');
  expect(lines).toHaveLength(5);
  expect(lines.join()).toContain('a network that was trained from depth 3 on');
  expect(tableIn(widthOf(lines), 'wrap')).toEqual(lines);
});

it('wraps the widest texts in a narrow terminal, and no name that people type', () => {
  for (const room of [110, 100, 90]) {
    const lines = tableIn(room, 'wrap');
    expect(widthOf(lines)).toBeLessThanOrEqual(room);
    expect(lines.length).toBeGreaterThan(5);
    expect(lines.join()).toContain('average-probe-1+probe-2');
    const words = lines.flatMap((line) => line.split(/[│\s]+/));
    expect(words).toEqual(expect.arrayContaining(['network', 'trained', 'cross-validated', '3e-3', '0.52']));
  }
});

it('cuts them where each row is to have one line', () => {
  const lines = tableIn(90, 'cut');
  expect(widthOf(lines)).toBeLessThanOrEqual(90);
  expect(lines).toHaveLength(5);
  expect(lines.join()).toContain('…');
});

it('cuts the heads of numbers last', () => {
  const lines = tableIn(73, 'cut');
  expect(widthOf(lines)).toBeLessThanOrEqual(73);
  expect(lines[1]).toMatch(/learn[^│]*…/);
  expect(lines.join()).toContain('3e-3');
});
