import type { Argument, Command, Option } from 'commander';
import { define } from '../commands/declare.js';
import { suggestedFor } from './suggest.js';

/** What a shell offers for the last word of a command line. */
export interface Completion {
  readonly candidates: readonly Candidate[];
  /** What it offers besides: `more` is a word that goes on, without a space behind it. */
  readonly besides: 'files' | 'folders' | 'more' | 'none';
}

export interface Candidate {
  readonly word: string;
  /** One line, for shells that show it. */
  readonly about: string;
}

const nothing: Completion = { candidates: [], besides: 'none' };

/** Where the words before the last one lead. */
interface Place {
  readonly command: Command;
  /** How many arguments of it are there. */
  readonly given: number;
  /** The option whose value comes next. */
  readonly waiting: Option | null;
  /** Whether all that follows are arguments. */
  readonly plain: boolean;
}

/**
 * Finds what may follow, by the definitions that parse the command line.
 *
 * @param words behind the name of the program; the last is the one to complete, and may be empty
 */
export async function complete(program: Command, words: readonly string[]): Promise<Completion> {
  const whole = joined(words);
  const current = whole.at(-1) ?? '';
  const { command, given, waiting, plain } = await placeOf(program, whole.slice(0, -1));
  if (waiting !== null) return valuesOf(waiting, waiting.flags, current);
  if (!plain && current.startsWith('-')) return optionsOf(command, current);
  const commands = given === 0 && !plain ? subcommandsOf(command, current) : [];
  const values = await argumentOf(command, given, current);
  return { ...values, candidates: [...commands, ...values.candidates] };
}

/** Puts `--option`, `=` and a value together again, which bash takes for three words. */
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

async function placeOf(program: Command, words: readonly string[]): Promise<Place> {
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

/** The option that was typed, where its value has yet to come. */
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

/** @param named what help calls the value, such as `--out <folder>` */
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

/** Whether a value lies on the disk, by the word that help has for it. */
function placeNamed(named: string): 'files' | 'folders' | 'none' {
  const words = named.replace(/^-.*?(?=<)/, '').split(/[^a-z]+/);
  if (words.some((word) => ['folder', 'study'].includes(word))) return 'folders';
  const files = ['path', 'file', 'dataset', 'model', 'inputs', 'backbone'];
  return words.some((word) => files.includes(word)) ? 'files' : 'none';
}

const line = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** What the scripts of the shells read: a candidate a line, and what the shell offers besides. */
export const linesOf = ({ candidates, besides }: Completion): string =>
  [...candidates.map(({ word, about }) => `${word}\t${about}`), `:${besides}`].join('\n');
