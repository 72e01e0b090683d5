import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { modalities, policiesOf } from '@espalier/data';
import { backboneNames } from '@espalier/sdk';
import { samplers } from '@espalier/search';
import type { Command, Option } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { define } from './commands/declare.js';
import { complete } from './completion/complete.js';
import { programOf } from './program.js';
import { espalier, main } from './testing/cli.js';

/** A shell that waits for what never comes is ended. */
const SHELL_MILLISECONDS = 240_000;

const program = programOf(() => undefined);
// A command has its options once it is named.
await Promise.all(program.commands.map(define));

const wordsAfter = async (...words: string[]): Promise<string[]> =>
  (await complete(program, words)).candidates.map(({ word }) => word);

interface Path {
  readonly command: Command;
  readonly path: readonly string[];
}

/** Every command, by the words that lead to it. */
function pathsOf(command: Command, path: readonly string[] = []): readonly Path[] {
  const below = command
    .createHelp()
    .visibleCommands(command)
    .filter((one) => one.name() !== 'help')
    .flatMap((one) => pathsOf(one, [...path, one.name()]));
  return [{ command, path }, ...below];
}

const optionsOf = (command: Command): readonly Option[] => command.createHelp().visibleOptions(command);

describe('what is completed', () => {
  it('are all commands and none that is hidden', async () => {
    const names = program.commands.map((command) => command.name()).filter((name) => !name.startsWith('_'));
    expect(names).toContain('search');
    expect(await wordsAfter('')).toEqual([...names, 'help']);
    expect(await wordsAfter('se')).toEqual(['search', 'serve']);
    expect(await wordsAfter('plugins', '')).toEqual(['list', 'check', 'help']);
    expect(await wordsAfter('search', 'se')).toEqual([]);
  });

  it.each(pathsOf(program))('are all options of $path, and the values that they choose from', async (one) => {
    const { command, path } = one;
    const options = optionsOf(command);
    const long = options.flatMap((option) => (option.long == null ? [] : [option.long]));
    expect(long).toContain('--help');
    expect(await wordsAfter(...path, '--')).toEqual(long);
    for (const { argChoices, required, long: name } of options) {
      if (name == null) continue;
      expect(await wordsAfter(...path, name.slice(0, -1))).toContain(name);
      if (!required) {
        expect(await wordsAfter(...path, `${name}=`)).toEqual([]);
        continue;
      }
      if (argChoices === undefined) continue;
      expect(await wordsAfter(...path, name, '')).toEqual(argChoices);
      expect(await wordsAfter(...path, `${name}=`)).toEqual(argChoices.map((value) => `${name}=${value}`));
      // As bash splits it.
      expect(await wordsAfter(...path, name, '=', '')).toEqual(argChoices.map((value) => `${name}=${value}`));
    }
  });

  it('are names that others may be given beside', async () => {
    expect(await wordsAfter('search', '--sampler', '')).toEqual(expect.arrayContaining([...samplers.names]));
    expect(await wordsAfter('search', '--backbone', '')).toEqual(await backboneNames());
    expect(await wordsAfter('inspect', 'vision-m')).toEqual(['vision-mini', 'vision-mobilenet']);
    expect(await wordsAfter('plugins', 'check', 'text-b')).toEqual(['text-bert']);
    const all = [...new Set(modalities.names.flatMap(policiesOf))];
    expect(await wordsAfter('search', '--augment', '')).toEqual(all);
    expect(await wordsAfter('search', '--augment', 'none,cr')).toEqual(['none,crop']);
    expect(await wordsAfter('search', '--augment', 'none,n')).toEqual(['none,noise']);
  });

  it.each<[string[], string]>([
    [['search', ''], 'files'],
    [['search', '--out', ''], 'folders'],
    [['search', '--out=x'], 'folders'],
    [['search', '--resume', 'x'], 'folders'],
    [['search', '--backbone', ''], 'files'],
    [['search', '--json', ''], 'files'],
    [['search', '--trials', '3', ''], 'files'],
    [['search', '--trials', ''], 'none'],
    [['search', 'pets', ''], 'none'],
    [['search', '--', '--pets'], 'files'],
    [['predict', 'model', 'a.png', 'b.png', ''], 'files'],
    [['export', ''], 'folders'],
    [['completion', ''], 'none'],
    [['nothing', 'of', 'this'], 'none'],
  ])('of %j are besides: %s', async (words, besides) => {
    expect((await complete(program, words)).besides).toBe(besides);
  });
});

describe('in a shell', () => {
  let root: string;
  let env: NodeJS.ProcessEnv;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'espalier-completion-'));
    writeFileSync(join(root, 'espalier'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
    chmodSync(join(root, 'espalier'), 0o755);
    mkdirSync(join(root, 'a folder'));
    env = { ...process.env, PATH: `${root}${delimiter}${process.env['PATH']}` };
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  const runs = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;
  for (const shell of ['bash', 'zsh', 'fish'])
    if (!runs(shell)) console.warn(`completion is not tested in ${shell}, which is not there`);

  /** Words that would make a file where a script evaluated what was typed. */
  const poisoned = '$(touch poisoned)`touch poisoned`;touch poisoned';

  function linesOf(shell: string, script: string): string[] {
    const args = shell === 'bash' ? ['--norc'] : shell === 'zsh' ? ['-f'] : ['--no-config'];
    const { stdout, stderr } = spawnSync(shell, [...args, '-c', script], {
      ...{ cwd: root, env, encoding: 'utf8' },
      timeout: SHELL_MILLISECONDS,
    });
    expect(stderr.replace(/.*compopt: not currently executing completion function\n/g, '')).toBe('');
    expect(existsSync(join(root, 'poisoned'))).toBe(false);
    return stdout.trim().split('\n');
  }

  it.skipIf(!runs('bash'))('bash completes commands, options and values, and evaluates nothing', () => {
    const asked = [
      ['espalier', 'sea'],
      ['espalier', 'search', '--provider', '=', 'c'],
      ['espalier', 'search', poisoned, '--eng'],
      ['espalier', 'search', '--augment', 'none,cr'],
    ];
    const quoted = (word: string): string => `'${word}'`;
    const calls = asked.map(
      (words) =>
        `COMP_WORDS=(${words.map(quoted).join(' ')}); COMP_CWORD=${words.length - 1}; _espalier; echo "\${COMPREPLY[*]}"`,
    );
    expect(linesOf('bash', ['source <(espalier completion bash)', ...calls].join('\n'))).toEqual([
      'search',
      'cpu cuda coreml',
      '--engine',
      'none,crop',
    ]);
    const registered = linesOf('bash', 'source <(espalier completion bash); complete -p espalier');
    expect(registered).toEqual(['complete -F _espalier espalier']);
  });

  it.skipIf(!runs('fish'))('fish does too, with what each is', () => {
    const asked = [
      'espalier sea',
      'espalier search --provider=c',
      'espalier search (touch poisoned) --eng',
      'espalier search --out ',
    ];
    const calls = asked.map((words) => `complete -C '${words}'`);
    const lines = linesOf('fish', ['espalier completion fish | source', ...calls].join('\n'));
    expect(lines.map((line) => line.split('\t')[0])).toEqual([
      ...['search', '--provider=cpu', '--provider=cuda', '--provider=coreml', '--engine', 'a folder/'],
    ]);
    expect(lines[0]).toContain('Search for the best');
  });

  it.skipIf(!runs('zsh'))('zsh does too', () => {
    const script = [
      'zmodload zsh/zpty; zpty shell zsh -f -i',
      `zpty -w shell 'autoload -U compinit; compinit -u -D; source <(espalier completion zsh); PS1=; echo is-ready'`,
      `zpty -r -m shell seen '*is-ready*is-ready*'`,
      `zpty -w -n shell 'espalier search \$(touch poisoned) --eng'$'\\t'`,
      `zpty -r -m shell seen '*--engine*'; echo \${\${(M)seen%--engine*}[1,8]}`,
      'zpty -d shell',
    ];
    expect(linesOf('zsh', script.join('\n'))).toEqual(['--engine']);
  });
});

it('a shell that has none is told which have', async () => {
  const { code, err } = await espalier(['completion', 'tcsh'], tmpdir());
  expect(code).toBe(2);
  expect(err).toMatch(/bash, zsh, fish/);
});
