import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { appendLineDurable, privateFolder, writeFileAtomic } from './index.js';

const modeOf = (path: string): number => statSync(path).mode & 0o7777;

function folderUnder(umask: number): string {
  const before = process.umask(umask);
  const folder = mkdtempSync(join(tmpdir(), 'espalier-private-'));
  onTestFinished(() => {
    process.umask(before);
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

describe.skipIf(process.platform === 'win32')('a private folder', () => {
  it('is made for its owner alone', () => {
    const folder = join(folderUnder(0), 'a', 'b');
    privateFolder(folder);
    expect(modeOf(folder)).toBe(0o700);
  });

  it('that others may use is closed with all that it holds, and links are not followed', () => {
    const root = folderUnder(0);
    const [folder, outside] = [join(root, 'cache'), join(root, 'outside')];
    mkdirSync(join(folder, 'inner'), { recursive: true });
    for (const path of [join(folder, 'file'), join(folder, 'inner', 'file'), outside])
      writeFileSync(path, '');
    chmodSync(join(folder, 'file'), 0o755);
    symlinkSync(outside, join(folder, 'link'));
    privateFolder(folder);
    expect(modeOf(folder)).toBe(0o700);
    expect(modeOf(join(folder, 'file'))).toBe(0o700);
    expect(modeOf(join(folder, 'inner', 'file'))).toBe(0o600);
    expect(modeOf(outside)).toBe(0o666);
  });

  it('is none where all may write', () => {
    const folder = join(folderUnder(0), 'tmp');
    mkdirSync(folder);
    chmodSync(folder, 0o1777);
    writeFileSync(join(folder, 'of somebody'), '');
    privateFolder(folder);
    expect(modeOf(folder)).toBe(0o1777);
    expect(modeOf(join(folder, 'of somebody'))).toBe(0o666);
  });

  it('holds what is written for its owner alone', async () => {
    const root = folderUnder(0);
    await writeFileAtomic(join(root, 'own', 'file'), '', { private: true });
    await appendLineDurable(join(root, 'own', 'list'), '', { private: true });
    expect(modeOf(join(root, 'own'))).toBe(0o700);
    for (const name of ['file', 'list']) expect(modeOf(join(root, 'own', name))).toBe(0o600);
    await writeFileAtomic(join(root, 'result'), '');
    expect(modeOf(join(root, 'result'))).toBe(0o666);
  });
});
