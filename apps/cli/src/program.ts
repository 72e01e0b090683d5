import { version } from '@espalier/sdk/version';
import { Command, CommanderError } from 'commander';
import { completeCommand } from './commands/complete.js';
import { define, type Finish } from './commands/declare.js';
import { declaredCommands } from './commands/registry.js';
import { sayFailure, sayTrouble } from './failure.js';

const WRONG_USAGE = 2;

/** Commands that load all plugins; the others load plugins only to find a backbone by name. */
const withPlugins: ReadonlySet<string> = new Set(['search', 'start', 'worker', 'zero-shot']);

/** Commands that do not load the SDK. */
const withoutSdk: ReadonlySet<string> = new Set(['completion']);

/** Builds the program that parses and completes the command line; the named command loads its options and action. */
export function programOf(finish: Finish): Command {
  const program = new Command('espalier')
    .description(
      'Transfer-learning AutoML: find the best model that pre-trained networks can give for your data.',
    )
    .version(version)
    .exitOverride()
    .showHelpAfterError('(espalier --help lists the commands)')
    // A command has options even before they are loaded.
    .configureHelp({ subcommandTerm: (command) => `${command.name()} ${command.usage()}` });
  for (const command of declaredCommands(finish)) program.addCommand(command);
  program.addCommand(completeCommand(program, finish), { hidden: true });
  for (const command of program.commands) command.exitOverride().copyInheritedSettings(program);
  return program.hook('preSubcommand', async (_, command) => void (await define(command)));
}

/** Prints the notes of plugins while a command runs, and loads plugins before the commands that use all. */
async function openSdk(command: Command): Promise<() => void> {
  const { installedPlugins, onPluginNote } = await import('@espalier/sdk');
  const end = onPluginNote(sayTrouble);
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
