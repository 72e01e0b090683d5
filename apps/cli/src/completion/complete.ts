import type { Argument, Command, Option } from 'commander';
import { define } from '../commands/declare.js';
import { suggestedFor } from './suggest.js';

/** Completions of the last word of a command line. */
export interface Completion {
  readonly candidates: readonly Candidate[];
  /** Further completions: `more` means that the word continues, so no space follows it. */
  readonly besides: 'files' | 'folders' | 'more' | 'none';
}

export interface Candidate {
  readonly word: string;
  /** One line of help, for shells that show it. */
  readonly about: string;
}

const nothing: Completion = { candidates: [], besides: 'none' };

/** Parser state after the words before the last one. */
interface CursorPosition {
  readonly command: Command;
  /** Number of its arguments so far. */
  readonly given: number;
  /** The option whose value comes next. */
  readonly waiting: Option | null;
  /** Whether all that follows are arguments. */
  readonly plain: boolean;
}

/**
 * Completes a command line by the definitions that parse it.
 *
 * @param words after the name of the program; the last is the one to complete, and may be empty
 */
export async function complete(program: Command, words: readonly string[]): Promise<Completion> {
  const whole = joined(words);
  const current = whole.at(-1) ?? '';
  const { command, given, waiting, plain } = await positionOf(program, whole.slice(0, -1));
  if (waiting !== null) return valuesOf(waiting, waiting.flags, current);
  if (!plain && current.startsWith('-')) return optionsOf(command, current);
  const commands = given === 0 && !plain ? subcommandsOf(command, current) : [];
  const values = await argumentOf(command, given, current);
  return { ...values, candidates: [...commands, ...values.candidates] };
}

/** Joins `--option`, `=` and a value, which bash splits into three words. */
function joined(words: readonly string[]): readonly string[] {
  const whole: string[] = [];
  for (const [i, word] of words.entries()) {
    const before = whole.at(-1) ?? '';
    const goesOn =
      word === '=' ? /^--[^=]+$/.test(before) : words[i - 1] === '=' && /^--[^=]+=$/.test(before);
    if (goesOn) whole.splice(-1, 1, before + word);
    else whole.push(word);
  }
  return whole;
}

async function positionOf(program: Command, words: readonly string[]): Promise<CursorPosition> {
  let [command, given, plain] = [program, 0, false];
  let waiting: Option | null = null;
  for (const word of words) {
    if (waiting !== null) waiting = null;
    else if (!plain && word === '--') plain = true;
    else if (!plain && word.startsWith('-') && word !== '-') waiting = waitingFor(command, word);
    else {
      const into: Command | undefined = given === 0 && !plain ? commandOf(command, word) : undefined;
      if (into === undefined) given++;
      else command = await define(into);
    }
  }
  return { command, given, waiting, plain };
}

/** Finds the typed option whose value is still missing. */
function waitingFor(command: Command, word: string): Option | null {
  const option = visibleOptions(command).find(({ long, short }) => word === long || word === short);
  return option?.required === true ? option : null;
}

const visibleOptions = (command: Command): readonly Option[] => command.createHelp().visibleOptions(command);

const visibleCommands = (command: Command): readonly Command[] =>
  command.createHelp().visibleCommands(command);

const commandOf = (command: Command, name: string): Command | undefined =>
  visibleCommands(command).find((one) => one.name() === name || one.aliases().includes(name));

async function optionsOf(command: Command, current: string): Promise<Completion> {
  const options = visibleOptions(command);
  const [name = '', value] = current.split(/=(.*)/s);
  if (value !== undefined) {
    const option = options.find(({ long }) => long === name);
    if (option?.required !== true) return nothing;
    const { candidates, besides } = await valuesOf(option, option.flags, value);
    return { besides, candidates: candidates.map(({ word, about }) => ({ word: `${name}=${word}`, about })) };
  }
  const candidates = options.flatMap(({ long, short, description }) =>
    [long, short].flatMap((word) => (word?.startsWith(current) ? [{ word, about: line(description) }] : [])),
  );
  return { candidates, besides: 'none' };
}

const subcommandsOf = (command: Command, current: string): readonly Candidate[] =>
  visibleCommands(command)
    .filter((one) => one.name().startsWith(current))
    .map((one) => ({ word: one.name(), about: line(one.description()) }));

async function argumentOf(command: Command, given: number, current: string): Promise<Completion> {
  const { registeredArguments } = command;
  const last = registeredArguments.at(-1);
  const argument = registeredArguments[given] ?? (last?.variadic === true ? last : undefined);
  return argument === undefined ? nothing : valuesOf(argument, argument.name(), current);
}

/** @param named the option with its value as help shows it, such as `--out <folder>` */
async function valuesOf(of: Option | Argument, named: string, current: string): Promise<Completion> {
  const besides = placeNamed(named);
  const known = suggestedFor(of);
  if (known === null) return { candidates: [], besides };
  const values = await known.values();
  if (!known.list) return { candidates: starting(values, '', current), besides };
  const before = current.slice(0, current.lastIndexOf(',') + 1);
  const rest = values.filter((value) => !before.split(',').includes(value));
  return { candidates: starting(rest, before, current), besides: 'more' };
}

const starting = (values: readonly string[], before: string, current: string): readonly Candidate[] =>
  values.map((value) => ({ word: before + value, about: '' })).filter(({ word }) => word.startsWith(current));

/** Whether a value is a path, judged by its name in the help. */
function placeNamed(named: string): 'files' | 'folders' | 'none' {
  const words = named.replace(/^-.*?(?=<)/, '').split(/[^a-z]+/);
  if (words.some((word) => ['folder', 'study'].includes(word))) return 'folders';
  const files = ['path', 'file', 'dataset', 'model', 'inputs', 'backbone'];
  return words.some((word) => files.includes(word)) ? 'files' : 'none';
}

const line = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Formats completions for the shell scripts: one candidate per line, then the kind of further completions. */
export const linesOf = ({ candidates, besides }: Completion): string =>
  [...candidates.map(({ word, about }) => `${word}\t${about}`), `:${besides}`].join('\n');
