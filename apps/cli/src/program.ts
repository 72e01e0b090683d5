import { installedPlugins, onPluginNote, version } from '@espalier/sdk';
import { Command, CommanderError } from 'commander';
import { completeCommand, completionCommand } from './commands/completion.js';
import { exportCommand } from './commands/export.js';
import { inspectCommand } from './commands/inspect.js';
import { pluginsCommand } from './commands/plugins.js';
import { predictCommand } from './commands/predict.js';
import { searchCommand } from './commands/search.js';
import { serveCommand } from './commands/serve.js';
import { startCommand } from './commands/start.js';
import { workerCommand } from './commands/worker.js';
import { zeroShotCommand } from './commands/zeroShot.js';
import { sayFailure } from './failure.js';
import { printable } from './view/view.js';

const WRONG_USAGE = 2;

/** Commands that read datasets or do studies; others look for plugins where they are asked for a backbone. */
const withPlugins: ReadonlySet<string> = new Set(['search', 'start', 'worker', 'zero-shot']);

/** The commands and options of the command line, which parse it and complete it. */
export function programOf(finish: (code: number) => void): Command {
  const program = new Command('espalier')
    .description('Transfer learning: find the best model that pre-trained networks can give for your data.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(espalier --help shows what there is)');
  program.addCommand(searchCommand(finish));
  program.addCommand(predictCommand(finish));
  program.addCommand(serveCommand(finish));
  program.addCommand(startCommand(finish));
  program.addCommand(workerCommand(finish));
  program.addCommand(zeroShotCommand(finish));
  program.addCommand(inspectCommand(finish));
  program.addCommand(exportCommand(finish));
  program.addCommand(pluginsCommand(finish));
  program.addCommand(completionCommand(finish));
  program.addCommand(completeCommand(program, finish), { hidden: true });
  for (const command of program.commands) command.exitOverride().copyInheritedSettings(program);
  return program.hook('preAction', async (_, command) => {
    if (withPlugins.has(command.name())) await installedPlugins();
  });
}

/** Runs the command line and gives the exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted. */
export async function runProgram(args: readonly string[]): Promise<number> {
  let code = 0;
  const program = programOf((result) => {
    code = result;
  });
  const end = onPluginNote((text) => process.stderr.write(`espalier: ${printable(text)}\n`));
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
    return sayFailure(error);
  } finally {
    end();
  }
}
