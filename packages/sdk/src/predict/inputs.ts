import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join, relative } from 'node:path';
import {
  counted,
  isLeftover,
  isMediaPath,
  isOfFiles,
  isTablePath,
  nouns,
  readText,
  readTexts,
  shownSome,
  type Encodable,
} from '@espalier/data';
import type { Modality } from '@espalier/transfer';
import { SdkError } from '../errors.js';

/** An input to classify: the path of a file, folder or table, a text, or an example. */
export type Input<E extends { readonly id: string } = Encodable> = string | E;

/** A group of examples that is read on demand. */
type Part<E> = () => Promise<readonly (Encodable | E)[]>;

export interface ReadInputs {
  /** Text column of tables; guessed by default. */
  readonly column?: string | undefined;
  /** Called with a note for skipped inputs and for assumptions. */
  readonly onNote?: ((note: string) => void) | undefined;
}

type Notes = (note: string) => void;

/**
 * Lists the examples of inputs: files, folders of files, and for texts tables, files with one text per line,
 * or the texts themselves. Missing inputs are reported before the first example; contents are read on demand.
 *
 * @throws SdkError where an input does not exist, or there is nothing to classify
 */
export async function* examplesOf<E extends { readonly id: string }>(
  modality: Modality,
  inputs: readonly Input<E>[],
  { column, onNote = () => undefined }: ReadInputs,
): AsyncGenerator<Encodable | E> {
  const partsOf = async (input: Input<E>): Promise<Part<E>[]> => {
    if (typeof input !== 'string') return [async () => [input]];
    return isOfFiles(modality) ? filesOf(modality, input, onNote) : textsOf(input, column, onNote);
  };
  let none = true;
  for (const part of (await Promise.all(inputs.map(partsOf))).flat()) {
    for (const example of await part()) {
      none = false;
      yield example;
    }
  }
  const named = inputs.map((input) => (typeof input === 'string' ? input : input.id));
  if (none) throw new SdkError(`there are no ${nouns[modality]}s in ${named.join(', ') || 'the inputs'}`);
}

async function filesOf(modality: Modality, input: string, onNote: Notes): Promise<Part<never>[]> {
  const info = await stat(input).catch(() => null);
  if (info === null) throw new SdkError(`there is no file or folder ${input}`);
  const paths = info.isDirectory() ? await mediaIn(modality, input, onNote) : [input];
  return [async () => paths.map((path) => ({ id: path, content: { kind: 'file', path } }))];
}

/** Lists the files of a modality in a folder and its sub-folders by name, and notes the other files. */
async function mediaIn(modality: Modality, folder: string, onNote: Notes): Promise<string[]> {
  const [media, others]: [string[], string[]] = [[], []];
  let hidden = 0;
  const look = async (inside: string): Promise<void> => {
    for (const entry of await readdir(inside, { withFileTypes: true })) {
      const path = join(inside, entry.name);
      if (isLeftover(entry.name)) hidden++;
      else if (entry.isDirectory()) await look(path);
      else if (isMediaPath(modality, path)) media.push(relative(folder, path));
      else others.push(entry.name);
    }
  };
  await look(folder);
  if (others.length > 0) {
    const files = counted(others.length, 'file');
    onNote(`Skipped ${files} of ${folder} that ${areNo(others.length, modality)} (${kindsOf(others)}).`);
  }
  if (hidden > 0)
    onNote(`Skipped ${counted(hidden, 'hidden file or folder', 'hidden files or folders')} of ${folder}.`);
  return media.sort().map((name) => join(folder, name));
}

const areNo = (count: number, modality: Modality): string =>
  count === 1 ? `is no ${nouns[modality]}` : `are no ${nouns[modality]}s`;

/** Counts the files by extension, the most frequent first. */
function kindsOf(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) {
    const kind = extname(name).toLowerCase() || name;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return shownSome(
    sorted.map(([kind, count]) => `${kind} ${count}`),
    5,
  );
}

async function textsOf(input: string, column: string | undefined, onNote: Notes): Promise<Part<never>[]> {
  const info = await stat(input).catch(() => null);
  if (info === null) {
    if (looksLikePath(input)) throw new SdkError(`there is no file or folder ${input}`);
    return [async () => [textExample(input.trim() === '' ? 'the given text' : input, input)]];
  }
  if (info.isDirectory()) {
    const paths = await mediaIn('text', input, onNote);
    return paths.map((path) => async () => [textExample(path, await noted(path, onNote))]);
  }
  if (isTablePath(input)) {
    return [
      async () => (await readTexts(input, column, onNote)).map(({ id, text }) => textExample(id, text)),
    ];
  }
  return [() => linesOf(input, onNote)];
}

/** Whether an input is one word with a file extension; a text to classify has more words. */
const looksLikePath = (input: string): boolean =>
  !/\s/.test(input) && (isTablePath(input) || isMediaPath('text', input));

async function noted(path: string, onNote: Notes): Promise<string> {
  const { text, notes } = await readText(path);
  for (const note of notes) onNote(note);
  return text;
}

async function linesOf(path: string, onNote: Notes): Promise<Encodable[]> {
  // The end of the last line does not begin another line.
  const lines = (await noted(path, onNote)).replace(/\r?\n$/, '').split(/\r?\n/);
  const empty = lines.filter((text) => text.trim() === '').length;
  if (empty > 0) onNote(`Skipped ${counted(empty, 'empty line')} of ${path}.`);
  return lines.flatMap((text, i) =>
    text.trim() === '' ? [] : [textExample(`${basename(path)}:${i + 1}`, text)],
  );
}

const textExample = (id: string, text: string): Encodable => ({ id, content: { kind: 'text', text } });
