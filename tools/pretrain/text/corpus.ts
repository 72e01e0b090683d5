import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Where Debian's packages wordnet-base, dict-jargon and dict-devil put their texts. */
export interface CorpusFolders {
  readonly wordnet: string;
  readonly dictd: string;
}

/**
 * English sentences that may be used freely: WordNet's words with their definitions and examples
 * (WordNet 3.0 licence), the Jargon File and The Devil's Dictionary (public domain).
 */
export async function readCorpus({ wordnet, dictd }: CorpusFolders): Promise<string[]> {
  const parts = ['noun', 'verb', 'adj', 'adv'];
  const files = await Promise.all(parts.map((part) => readFile(join(wordnet, `data.${part}`), 'latin1')));
  const glosses = files.flatMap((file) => file.split('\n').flatMap(sentencesOfSynset));
  const books = await Promise.all(
    ['jargon', 'devil'].map(async (book) => gunzipSync(await readFile(join(dictd, `${book}.dict.dz`)))),
  );
  return [...glosses, ...books.flatMap((book) => passages(book.toString('utf8')))];
}

/** `sofa, couch, lounge: an upholstered seat`, and each example by itself (wndb(5WN)). */
function sentencesOfSynset(line: string): string[] {
  const [data = '', gloss = ''] = line.split(' | ');
  const fields = data.split(' ');
  if (!/^\d{8}$/.test(fields[0] ?? '') || gloss === '') return [];
  const count = parseInt(fields[3] ?? '0', 16);
  const words = Array.from({ length: count }, (_, i) =>
    (fields[4 + 2 * i] ?? '').replaceAll('_', ' ').replace(/\(\w+\)$/, ''),
  );
  const examples = [...gloss.matchAll(/"([^"]+)"/g)].map(([, example = '']) => example.trim());
  const definition = gloss.replace(/;?\s*"[^"]*"/g, '').trim();
  return [
    `${words.slice(0, 4).join(', ')}: ${definition}`,
    ...examples.filter((example) => example.includes(' ')),
  ];
}

/** Most words of a passage. */
const PASSAGE = 50;

/** The paragraphs of a book, without its marks, in pieces of a few sentences. */
function passages(book: string): string[] {
  return book.split(/\n\s*\n/).flatMap((paragraph) => {
    const words = paragraph
      .replace(/[{}_[\]]/g, '')
      .split(/\s+/)
      .filter((word) => word !== '');
    const count = Math.ceil(words.length / PASSAGE);
    return Array.from({ length: count }, (_, i) =>
      words.slice(i * PASSAGE, (i + 1) * PASSAGE).join(' '),
    ).filter((passage) => passage.split(' ').length >= 4);
  });
}
