import { spawn, type ChildProcess, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { writePictures } from '@espalier/data/testing';
import { writeTinyNetwork } from '@espalier/conformance';
import { afterAll, expect } from 'vitest';

/** What users run; `tools/tests/prepare.ts` has compiled it. */
export const main = fileURLToPath(new URL('../../bin/espalier.js', import.meta.url));

export interface CommandResult {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<CommandResult>;
  /** Resolves once the standard output holds `text`. */
  readonly until: (text: string) => Promise<void>;
  /** What stands in the first brackets of a pattern in the standard output, once it is there. */
  readonly said: (pattern: RegExp) => Promise<string>;
}

/** Nothing of the person who runs the tests is used or changed. */
const environmentIn = (folder: string): NodeJS.ProcessEnv => ({
  ...process.env,
  ESPALIER_CACHE: join(folder, 'cache'),
  ESPALIER_EXPERIENCE: 'none',
  ESPALIER_STORE: join(folder, 'store'),
  ESPALIER_BLOBS: pathToFileURL(join(folder, 'blobs')).href,
  DATABASE_URL: '',
});

/** What the model of a finished study is called: by the study's answer, whatever that is. */
export const modelOf = (study: string): RegExp =>
  new RegExp(`^${study}, (?:probe|baseline|trial|average)-[-+a-z\\d]+$`);

/** Starts the real command line, with more in its environment where that is given. */
export function start(
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>> = {},
): Running {
  const child = spawn(process.execPath, [main, ...args], {
    cwd,
    env: { ...environmentIn(cwd), ...environment },
  });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const until = async (text: string): Promise<void> => {
    while (!out.includes(text)) {
      if (child.exitCode !== null) throw new Error(`it ended without '${text}': ${out}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const said = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const found = pattern.exec(out)?.[1];
      if (found !== undefined) return found;
      if (child.exitCode !== null) throw new Error(`it ended without '${pattern.source}': ${out}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  return { child, ended: ended(child), until, said };
}

export const espalier = (
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<CommandResult> => start(args, cwd, environment).ended;

const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The command line with its output piped into another command of the shell. */
export function piped(args: readonly string[], into: string, cwd: string): Promise<CommandResult> {
  const command = [process.execPath, main, ...args];
  return ended(
    spawn('sh', ['-c', `${command.map(shellQuoted).join(' ')} | ${into}`], { cwd, env: environmentIn(cwd) }),
  );
}

function ended(child: ChildProcessWithoutNullStreams): Promise<CommandResult> {
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

export interface Playground {
  readonly root: string;
  readonly pictures: string;
  readonly model: string;
  /** Arguments of a search that takes seconds. */
  readonly search: (out: string, ...more: string[]) => string[];
}

/** A folder with pictures and a small network; removed at the end of the test file. */
export async function playground(): Promise<Playground> {
  const root = mkdtempSync(join(tmpdir(), 'espalier-cli-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const pictures = join(root, 'pictures');
  await writePictures(pictures, 20);
  await mkdir(join(root, 'tiny'));
  const model = join(root, 'tiny', 'model.onnx');
  await writeTinyNetwork(model);
  const search = (out: string, ...more: string[]): string[] => [
    ...['search', pictures, '--backbone', join(root, 'tiny'), '--out', join(root, out), '--seed', '5'],
    ...[
      '--trials',
      '3',
      '--epochs',
      '3',
      '--depths',
      '0,2,4',
      '--batch',
      '16',
      '--augment',
      'none',
      '--threads',
      '1',
    ],
    ...more,
  ];
  return { root, pictures, model, search };
}

/** One clear sentence in the command line's manner, see `failureText`, and no stack trace. */
export function expectSentence({ code, err }: CommandResult, message: RegExp, exit = 1): void {
  expect(err).toMatch(message);
  expect(err.trim().split('\n')).toHaveLength(1);
  expect(err).toMatch(/^espalier: (?![a-z]+[ ,])/);
  expect(err).toMatch(/[.!?…]\n$|(?:: |with )(?:chmod|npm|npx|openssl|ulimit) [^.]+\n$/);
  expect(err).not.toMatch(/\bat .*:\d+:\d+|unexpected failure/);
  expect(code).toBe(exit);
}
