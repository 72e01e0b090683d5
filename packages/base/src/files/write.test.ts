import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { appendLineDurable, writeFileAtomic } from './write.js';

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'espalier-files-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Permissions do not bind the superuser, so a test of them runs as somebody else. */
async function asOrdinaryUser<T>(run: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return run();
  process.seteuid?.(65534);
  try {
    return await run();
  } finally {
    process.seteuid?.(0);
  }
}

describe('writeFileAtomic', () => {
  it('writes any bytes or text, into folders that are not there yet', async () => {
    const folder = temporaryFolder();
    const content = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string({ unit: 'grapheme' }));
    await fc.assert(
      fc.asyncProperty(content, fc.stringMatching(/^[a-z]{1,8}$/), async (written, name) => {
        const path = join(folder, name, 'file');
        await writeFileAtomic(path, written);
        expect(readFileSync(path).equals(Buffer.from(written as string))).toBe(true);
        expect(readdirSync(join(folder, name))).toEqual(['file']);
      }),
      { numRuns: 40 },
    );
  });

  it('keeps one whole content of many that are written at once', async () => {
    const path = join(temporaryFolder(), 'file');
    const contents = Array.from({ length: 24 }, (_, i) => String.fromCharCode(97 + i).repeat(50_000 + i));
    let writing = true;
    const seen = new Set<string>();
    const watch = (async (): Promise<void> => {
      await writeFileAtomic(path, contents[0] as string);
      while (writing) {
        seen.add(readFileSync(path, 'utf8'));
        await sleep(0);
      }
    })();
    await Promise.all(contents.map((content) => writeFileAtomic(path, content)));
    writing = false;
    await watch;
    expect([...seen, readFileSync(path, 'utf8')].filter((content) => !contents.includes(content))).toEqual(
      [],
    );
    expect(readdirSync(join(path, '..'))).toEqual(['file']);
  });

  it('leaves no temporary file where it cannot replace its target', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'taken');
    mkdirSync(join(path, 'inside'), { recursive: true });
    await expect(writeFileAtomic(path, 'new')).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST|EPERM/);
    expect(readdirSync(folder)).toEqual(['taken']);
    expect(readdirSync(path)).toEqual(['inside']);
  });

  it('leaves the old content where the new one cannot be made', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'file');
    await writeFileAtomic(path, 'old');
    const broken = { toString: () => 'new' } as unknown as string;
    await expect(writeFileAtomic(path, broken)).rejects.toThrow(TypeError);
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('says that it may not write, and touches nothing', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'file');
    writeFileSync(path, 'old');
    chmodSync(folder, 0o555);
    await asOrdinaryUser(() => expect(writeFileAtomic(path, 'new')).rejects.toThrow(/EACCES/));
    chmodSync(folder, 0o755);
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('says so where a file stands in place of the folder', async () => {
    const path = join(temporaryFolder(), 'file');
    writeFileSync(path, 'old');
    await expect(writeFileAtomic(join(path, 'below'), 'new')).rejects.toThrow(/ENOTDIR|EEXIST/);
  });
});

describe('appendLineDurable', () => {
  it('adds whole lines in order, and keeps those of several writers apart', async () => {
    const path = join(temporaryFolder(), 'log');
    for (const line of ['one', '', 'drei ä']) await appendLineDurable(path, line);
    expect(readFileSync(path, 'utf8')).toBe('one\n\ndrei ä\n');
    const lines = Array.from({ length: 40 }, (_, i) => `${i}:${'x'.repeat(i * 97)}`);
    await Promise.all(lines.map((line) => appendLineDurable(path, line)));
    const found = readFileSync(path, 'utf8').split('\n').slice(3, -1);
    expect(found.toSorted()).toEqual(lines.toSorted());
  });
});

describe('a process that is killed at any moment', () => {
  it('leaves a whole file and every line it has reported', async () => {
    const folder = temporaryFolder();
    const [path, log] = [join(folder, 'state.json'), join(folder, 'log')];
    const script = fileURLToPath(new URL('testing/rewriter.ts', import.meta.url));
    const node = ['--conditions=@espalier/source', '--import=tsx', script, path, log, '200000'];
    for (let round = 0; round < 6; round++) {
      writeFileSync(log, '');
      const child = spawn(process.execPath, node);
      let output = '';
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      const ended = new Promise((resolve) => child.on('close', resolve));
      while (output === '') await sleep(5);
      await sleep(11 * round + Math.random() * 11);
      child.kill('SIGKILL');
      await ended;
      const { i, filler } = JSON.parse(readFileSync(path, 'utf8')) as { i: number; filler: string };
      const reported = Number(output.slice(0, output.lastIndexOf('\n')).split('\n').at(-1));
      expect(filler).toBe(String(i % 10).repeat(200_000));
      expect(i).toBeGreaterThanOrEqual(reported);
      const lines = readFileSync(log, 'utf8').split('\n').slice(0, -1);
      expect(lines).toEqual(lines.map((_, at) => String(at)));
      expect(lines.length).toBeGreaterThan(reported);
    }
  });
});
