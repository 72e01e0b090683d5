import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isMediaPath, isTablePath, nouns, readTexts, type Encodable } from '@espalier/data';
import type { Modality } from '@espalier/transfer';
import { SdkError } from './errors.js';

/** What a function is told to classify: the path of a file, folder or table, a text, or an example itself. */
export type Input<E extends { readonly id: string } = Encodable> = string | E;

/** Examples that are read together, when their turn comes. */
type Part<E> = () => Promise<readonly (Encodable | E)[]>;

/**
 * The examples that inputs name: files, folders of files, and for texts tables, files of a text a line,
 * or the texts themselves. What is not there is found out before the first; contents are read as they come.
 *
 * @param column of the text in tables; guessed when absent
 * @throws SdkError where an input is not there, or there is nothing to classify
 */
export async function* examplesOf<E extends { readonly id: string }>(
  modality: Modality,
  inputs: readonly Input<E>[],
  column: string | undefined,
): AsyncGenerator<Encodable | E> {
  const partsOf = async (input: Input<E>): Promise<Part<E>[]> => {
    if (typeof input !== 'string') return [async () => [input]];
    return modality === 'text' ? textsOf(input, column) : filesOf(modality, input);
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

async function filesOf(modality: Modality, input: string): Promise<Part<never>[]> {
  const info = await stat(input).catch(() => null);
  if (info === null) throw new SdkError(`there is no file or folder ${input}`);
  const paths = info.isDirectory() ? await mediaIn(modality, input) : [input];
  return [async () => paths.map((path) => ({ id: path, content: { kind: 'file', path } }))];
}

async function mediaIn(modality: Modality, folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names
    .filter((name) => isMediaPath(modality, name))
    .sort()
    .map((name) => join(folder, name));
}

async function textsOf(input: string, column: string | undefined): Promise<Part<never>[]> {
  const info = await stat(input).catch(() => null);
  if (info === null) return [async () => [textExample(input, input)]];
  if (info.isDirectory()) {
    const paths = await mediaIn('text', input);
    return paths.map((path) => async () => [textExample(path, await readFile(path, 'utf8'))]);
  }
  if (isTablePath(input)) {
    return [async () => (await readTexts(input, column)).map(({ id, text }) => textExample(id, text))];
  }
  return [() => linesOf(input)];
}

async function linesOf(path: string): Promise<Encodable[]> {
  const lines = (await readFile(path, 'utf8')).split(/\r?\n/);
  return lines.flatMap((text, i) =>
    text.trim() === '' ? [] : [textExample(`${basename(path)}:${i + 1}`, text)],
  );
}

const textExample = (id: string, text: string): Encodable => ({ id, content: { kind: 'text', text } });
