import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A pointer to another set of synonyms (wninput(5WN)). */
export interface Relation {
  /** `!` antonym, `@` hypernym, `+` derived form and so on. */
  readonly symbol: string;
  /** The other synset's id. */
  readonly target: string;
  /** Places of the words it holds for, in this synset and the other; null where it holds for all of them. */
  readonly between: readonly [number, number] | null;
}

/** A set of synonyms of WordNet with its gloss. */
export interface Synset {
  /** Part of speech and offset. */
  readonly id: string;
  readonly words: readonly string[];
  readonly definition: string;
  readonly examples: readonly string[];
  readonly relations: readonly Relation[];
}

const files = { n: 'noun', v: 'verb', a: 'adj', r: 'adv' } as const;

/** Reads WordNet's data files (wndb(5WN)) from the folder that Debian's wordnet-base puts them in. */
export async function readWordNet(folder: string): Promise<Synset[]> {
  const parts = Object.entries(files).map(async ([part, name]) =>
    (await readFile(join(folder, `data.${name}`), 'latin1')).split('\n').flatMap((line) => parse(part, line)),
  );
  return (await Promise.all(parts)).flat();
}

function parse(part: string, line: string): Synset[] {
  const [data = '', gloss = ''] = line.split(' | ');
  const fields = data.split(' ');
  if (!/^\d{8}$/.test(fields[0] ?? '') || gloss === '') return [];
  const count = parseInt(fields[3] ?? '0', 16);
  const words = Array.from({ length: count }, (_, i) =>
    (fields[4 + 2 * i] ?? '').replaceAll('_', ' ').replace(/\(\w+\)$/, ''),
  );
  const pointers = fields.slice(5 + 2 * count);
  const relations = Array.from({ length: Number(fields[4 + 2 * count]) }, (_, i) =>
    relationOf(pointers.slice(4 * i, 4 * i + 4)),
  );
  return [
    {
      id: `${part}${fields[0]}`,
      words,
      definition: gloss.replace(/;?\s*"[^"]*"/g, '').trim(),
      examples: [...gloss.matchAll(/"([^"]+)"/g)].map(([, example = '']) => example.trim()),
      relations,
    },
  ];
}

function relationOf([symbol = '', offset = '', part = '', places = '0000']: readonly string[]): Relation {
  const [from, to] = [parseInt(places.slice(0, 2), 16), parseInt(places.slice(2), 16)];
  return {
    symbol,
    target: `${part === 's' ? 'a' : part}${offset}`,
    between: from > 0 && to > 0 ? [from - 1, to - 1] : null,
  };
}
