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
        "Add one of these lines to the shell's startup file:",
        '  source <(espalier completion bash)      # ~/.bashrc',
        '  source <(espalier completion zsh)       # ~/.zshrc, after compinit',
        '  espalier completion fish | source       # ~/.config/fish/config.fish',
      ].join('\n'),
    )
    .action(async (shell: string) => {
      process.stdout.write(await scriptOf(shell));
      finish(0);
    });
