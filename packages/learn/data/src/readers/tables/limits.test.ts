import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { readDataset, tableLimits } from '../../index.js';

function write(name: string, content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'espalier-limits-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

const csv = (rows: number): string =>
  `text,label\n${Array.from({ length: rows }, (_, i) => `text ${i},${i % 2 === 0 ? 'a' : 'b'}\n`).join('')}`;
const jsonl = (rows: number): string =>
  Array.from({ length: rows }, (_, i) => `{"text":"text ${i}","label":"${i % 2}"}\n`).join('');

describe('a table', () => {
  it.each([
    ['CSV', 'a.csv', csv],
    ['TSV', 'a.tsv', (rows: number) => csv(rows).replaceAll(',', '\t')],
    ['JSONL', 'a.jsonl', jsonl],
  ] as const)('of %s has as many rows as the setting allows, and no more', async (_, name, content) => {
    vi.stubEnv('ESPALIER_MAX_ROWS', '40');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect((await readDataset(write(name, content(40)))).examples).toHaveLength(40);
    await expect(readDataset(write(name, content(41)))).rejects.toThrow(
      /has more than 40 rows; divide it, or set ESPALIER_MAX_ROWS/,
    );
  });

  it('has as many bytes as the setting allows, and no more', async () => {
    const path = write('a.csv', csv(40));
    vi.stubEnv('ESPALIER_MAX_TABLE_BYTES', '100');
    onTestFinished(() => void vi.unstubAllEnvs());
    await expect(readDataset(path)).rejects.toThrow(
      /more than 100 bytes of table; .*ESPALIER_MAX_TABLE_BYTES/,
    );
  });

  it('is not read by a setting that is no count', () => {
    for (const value of ['0', '-1', 'many', '1.5']) {
      expect(() => tableLimits({ ESPALIER_MAX_ROWS: value })).toThrow(
        `ESPALIER_MAX_ROWS is set to '${value}', which is no whole number of 1 or more`,
      );
    }
    expect(tableLimits({ ESPALIER_MAX_ROWS: '7' })).toMatchObject({ rows: 7 });
  });
});
