import { version } from '@espalier/sdk/version';
import { Command, CommanderError } from 'commander';
import { completeCommand } from './commands/complete.js';
import { define, type Finish } from './commands/declare.js';
import { declaredCommands } from './commands/registry.js';
import { sayFailure } from './failure.js';
import { printable } from './view/view.js';

const WRONG_USAGE = 2;

/** Commands that read datasets or do studies; others look for plugins where they are asked for a backbone. */
const withPlugins: ReadonlySet<string> = new Set(['search', 'start', 'worker', 'zero-shot']);

/** Commands that need nothing of the sdk. */
const withoutSdk: ReadonlySet<string> = new Set(['completion']);

/** The commands of the command line, which parse and complete it; the rest of one loads once it is named. */
export function programOf(finish: Finish): Command {
  const program = new Command('espalier')
    .description('Transfer learning: find the best model that pre-trained networks can give for your data.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(espalier --help shows what there is)')
    // A command that has not been defined yet has options all the same.
    .configureHelp({ subcommandTerm: (command) => `${command.name()} ${command.usage()}` });
  for (const command of declaredCommands(finish)) program.addCommand(command);
  program.addCommand(completeCommand(program, finish), { hidden: true });
  for (const command of program.commands) command.exitOverride().copyInheritedSettings(program);
  return program.hook('preSubcommand', async (_, command) => void (await define(command)));
}

/** Tells of the notes of plugins while a command runs, and looks for plugins before those that use all. */
async function openSdk(command: Command): Promise<() => void> {
  const { installedPlugins, onPluginNote } = await import('@espalier/sdk');
  const end = onPluginNote((text) => process.stderr.write(`espalier: ${printable(text)}\n`));
  if (withPlugins.has(command.name())) await installedPlugins();
  return end;
}

/** Runs the command line and gives the exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted. */
export async function runProgram(args: readonly string[]): Promise<number> {
  let code = 0;
  let end = (): void => undefined;
  const program = programOf((result) => {
    code = result;
  }).hook('preAction', async (_, command) => {
    if (!withoutSdk.has(command.name())) end = await openSdk(command);
  });
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
