import type { Command } from 'commander';

/** Receives the exit code of a command. */
export type Finish = (code: number) => void;

/** Adds the options and the action of a command. */
export type Define = (command: Command, finish: Finish) => void;

const waiting = new WeakMap<Command, () => Promise<void>>();

/** Loads the options and action of a command only when it is named. */
export function declare(command: Command, load: () => Promise<Define>, finish: Finish): Command {
  waiting.set(command, async () => (await load())(command, finish));
  return command;
}

/** Adds the options and the action of a declared command, once. */
export async function define(command: Command): Promise<Command> {
  const load = waiting.get(command);
  waiting.delete(command);
  await load?.();
  return command;
}
