import { readFile } from 'node:fs/promises';
import type { Define } from './declare.js';

const scriptOf = (shell: string): Promise<string> =>
  readFile(new URL(`../../completion/espalier.${shell}`, import.meta.url), 'utf8');

export const defineCompletion: Define = (command, finish) =>
  command
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
    .action(async (shell: string) => {
      process.stdout.write(await scriptOf(shell));
      finish(0);
    });
