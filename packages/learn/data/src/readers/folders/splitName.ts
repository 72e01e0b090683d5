import type { SplitName } from '../../dataset.js';

const splitWords: Readonly<Record<string, SplitName>> = {
  ...{ train: 'train', training: 'train', trn: 'train', trainset: 'train' },
  ...{ val: 'validation', valid: 'validation', validation: 'validation', valset: 'validation' },
  ...{ dev: 'validation', devel: 'validation', development: 'validation', devset: 'validation' },
  ...{ test: 'test', testing: 'test', tst: 'test', testset: 'test' },
};

/** Words for examples that nobody labelled. */
const unlabelledWords: ReadonlySet<string> = new Set([
  ...['pred', 'predict', 'prediction', 'predictions', 'unlabeled', 'unlabelled', 'unseen', 'unsup'],
]);

/** The split a cell or a table names, whatever its case. */
export function splitNamed(word: string): SplitName | undefined {
  const key = word.trim().toLowerCase();
  return Object.hasOwn(splitWords, key) ? splitWords[key] : undefined;
}

/** What a folder's name may say. */
export interface FolderName {
  readonly split: SplitName | 'unlabelled';
  /** The other words of the name, which are the same for all splits: `seg` of `seg_train`. */
  readonly rest: string;
}

/** The words of `TrainingSet`, `seg_train` or `test1`, without numbers. */
const wordsOf = (name: string): string[] =>
  name
    .normalize('NFC')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== '');

/** The split that a folder's name has among its words; null where it has none, or several. */
export function folderNamed(name: string): FolderName | null {
  const words = wordsOf(name);
  const told = words.flatMap((word): FolderName['split'][] => {
    const split = splitNamed(word);
    if (split !== undefined) return [split];
    return unlabelledWords.has(word) ? ['unlabelled'] : [];
  });
  if (told.length !== 1) return null;
  const rest = words.filter((word) => splitNamed(word) === undefined && !unlabelledWords.has(word));
  return { split: told[0] as FolderName['split'], rest: rest.join(' ') };
}
