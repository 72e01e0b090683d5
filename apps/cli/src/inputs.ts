import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isMediaPath, isTablePath, nouns, readTexts, type Encodable } from '@espalier/data';
import type { Modality } from '@espalier/transfer';
import { UsageError } from './failure.js';

/**
 * The examples that a command's arguments name: files, folders of files, and for texts tables, files of
 * a text a line, or the texts themselves.
 *
 * @param column of the text in tables; guessed when absent
 * @throws UsageError where there is nothing to classify
 */
export async function examplesOf(
  modality: Modality,
  inputs: readonly string[],
  column: string | undefined,
): Promise<Encodable[]> {
  const read = modality === 'text' ? (input: string) => textsOf(input, column) : filesOf(modality);
  const examples = (await Promise.all(inputs.map(read))).flat();
  if (examples.length > 0) return examples;
  throw new UsageError(`there are no ${nouns[modality]}s in ${inputs.join(', ')}`);
}

const filesOf =
  (modality: Modality) =>
  async (input: string): Promise<Encodable[]> => {
    const info = await stat(input).catch(() => null);
    if (info === null) throw new UsageError(`there is no file or folder ${input}`);
    const paths = info.isDirectory() ? await mediaIn(modality, input) : [input];
    return paths.map((path) => ({ id: path, content: { kind: 'file', path } }));
  };

async function mediaIn(modality: Modality, folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names
    .filter((name) => isMediaPath(modality, name))
    .sort()
    .map((name) => join(folder, name));
}

async function textsOf(input: string, column: string | undefined): Promise<Encodable[]> {
  const info = await stat(input).catch(() => null);
  if (info === null) return [{ id: input, content: { kind: 'text', text: input } }];
  if (info.isDirectory()) {
    const paths = await mediaIn('text', input);
    return Promise.all(
      paths.map(async (path) => ({
        id: path,
        content: { kind: 'text', text: await readFile(path, 'utf8') },
      })),
    );
  }
  if (isTablePath(input)) {
    return (await readTexts(input, column)).map(({ id, text }) => ({ id, content: { kind: 'text', text } }));
  }
  const lines = (await readFile(input, 'utf8')).split(/\r?\n/);
  return lines.flatMap((text, i) =>
    text.trim() === '' ? [] : [{ id: `${basename(input)}:${i + 1}`, content: { kind: 'text', text } }],
  );
}
