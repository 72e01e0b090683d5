import { Command } from 'commander';
import { writeLine } from '../view/view.js';
import type { Finish } from './declare.js';

/** Input of the completion scripts: the words of a command line up to the one to complete, after `--`. */
export const completeCommand = (program: Command, finish: Finish): Command =>
  new Command('__complete').argument('[words...]').action(async (words: readonly string[]) => {
    const { complete, linesOf } = await import('../completion/complete.js');
    writeLine(process.stdout, linesOf(await complete(program, words)));
    finish(0);
  });
