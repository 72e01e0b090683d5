import { readFile } from 'node:fs/promises';
import { Argument, Command } from 'commander';
import { complete, linesOf } from '../completion/complete.js';
import { writeLine } from '../view/view.js';

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

const scriptOf = (shell: Shell): Promise<string> =>
  readFile(new URL(`../../completion/espalier.${shell}`, import.meta.url), 'utf8');

export const completionCommand = (finish: (code: number) => void): Command =>
  new Command('completion')
    .description('Print what teaches a shell to complete commands, options and values.')
    .addArgument(new Argument('<shell>', 'the shell').choices([...shells]))
    .addHelpText(
      'after',
      [
        '',
        'Put one of these lines where the shell reads it when it starts:',
        '  source <(espalier completion bash)      # ~/.bashrc',
        '  source <(espalier completion zsh)       # ~/.zshrc, behind compinit',
        '  espalier completion fish | source       # ~/.config/fish/config.fish',
      ].join('\n'),
    )
    .action(async (shell: Shell) => {
      process.stdout.write(await scriptOf(shell));
      finish(0);
    });

/** What the scripts ask: the words of a command line up to the one that is completed, behind `--`. */
export const completeCommand = (program: Command, finish: (code: number) => void): Command =>
  new Command('__complete').argument('[words...]').action(async (words: readonly string[]) => {
    writeLine(process.stdout, linesOf(await complete(program, words)));
    finish(0);
  });
