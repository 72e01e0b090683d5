import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readWordNet, type Synset } from './wordnet.js';

/** Paths of the texts of Debian's packages wordnet-base, dict-jargon and dict-devil. */
export interface CorpusFolders {
  readonly wordnet: string;
  readonly dictd: string;
}

/**
 * English that may be used freely: WordNet's words with their definitions and examples (WordNet 3.0
 * licence), the Jargon File and The Devil's Dictionary (public domain).
 */
export interface Corpus {
  readonly synsets: readonly Synset[];
  /** Pieces of a few sentences. */
  readonly passages: readonly string[];
}

export async function readCorpus({ wordnet, dictd }: CorpusFolders): Promise<Corpus> {
  const books = await Promise.all(
    ['jargon', 'devil'].map(async (book) => gunzipSync(await readFile(join(dictd, `${book}.dict.dz`)))),
  );
  return {
    synsets: await readWordNet(wordnet),
    passages: books.flatMap((book) => passagesOf(book.toString('utf8'))),
  };
}

/** All of a corpus as sentences, of a synset `sofa, couch, lounge: an upholstered seat`. */
export const sentencesOf = ({ synsets, passages }: Corpus): string[] => [
  ...synsets.flatMap(({ words, definition, examples }) => [
    `${words.slice(0, 4).join(', ')}: ${definition}`,
    ...examples.filter((example) => example.includes(' ')),
  ]),
  ...passages,
];

/** Most words of a passage. */
const PASSAGE = 50;

/** The paragraphs of a book, without its marks, in pieces of a few sentences. */
function passagesOf(book: string): string[] {
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
