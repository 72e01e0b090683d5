import type { Command } from 'commander';

/** Takes the exit code of a command that ran. */
export type Finish = (code: number) => void;

/** Gives a command its options and what it does. */
export type Define = (command: Command, finish: Finish) => void;

const waiting = new WeakMap<Command, () => Promise<void>>();

/** Keeps what a command does for when it is named: until then its modules are not loaded. */
export function declare(command: Command, load: () => Promise<Define>, finish: Finish): Command {
  waiting.set(command, async () => (await load())(command, finish));
  return command;
}

/** Gives a declared command its options and what it does, once. */
export async function define(command: Command): Promise<Command> {
  const load = waiting.get(command);
  waiting.delete(command);
  await load?.();
  return command;
}
