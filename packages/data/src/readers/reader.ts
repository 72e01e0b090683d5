import type { SplitName } from '../dataset.js';

export interface ReadOptions {
  /** Manifest column with the image's path; guessed when absent. */
  readonly imageColumn?: string;
  /** Manifest column with the class; guessed when absent. */
  readonly labelColumn?: string;
  /** Manifest column naming the group of an example; guessed when absent. */
  readonly groupColumn?: string;
  /**
   * A regular expression on the example's id; its first capture (or the whole match) is the group.
   * An id it does not match stays without a group.
   */
  readonly groupPattern?: string;
}

/** One example before classes have numbers. */
export interface Row {
  readonly id: string;
  readonly path: string;
  readonly className: string;
  readonly split?: SplitName;
  readonly group?: string;
}

export interface Rows {
  readonly root: string;
  readonly rows: readonly Row[];
  readonly notes: readonly string[];
}

export interface Source {
  /** Absolute path of a folder or a file that exists. */
  readonly path: string;
  readonly kind: 'folder' | 'file';
}

/** One way a dataset can lie on the disk. */
export interface DatasetReader {
  readonly format: string;
  /** For the error that lists what Espalier reads. */
  readonly description: string;
  recognises(source: Source): boolean;
  /** @throws DatasetError */
  read(source: Source, options: ReadOptions): Promise<Rows>;
}

const splitWords: Readonly<Record<string, SplitName>> = {
  train: 'train',
  training: 'train',
  val: 'validation',
  valid: 'validation',
  validation: 'validation',
  dev: 'validation',
  test: 'test',
  testing: 'test',
};

/** The split a folder or a cell names, whatever its case. */
export function splitNamed(word: string): SplitName | undefined {
  const key = word.trim().toLowerCase();
  return Object.hasOwn(splitWords, key) ? splitWords[key] : undefined;
}
