import type { Modality } from '@espalier/transfer';
import type { Content, SplitName, Unusable } from '../dataset.js';

export interface ReadOptions {
  /** Name of the reader's layout; the first that recognises the dataset where it is absent. */
  readonly layout?: string;
  /**
   * Whether the first line of a CSV or TSV table names the columns. By default it does, and one that looks
   * like an example is an error; without names the columns are called 1, 2, and so on.
   */
  readonly header?: boolean;
  /** Table column with the image's path; guessed when absent. */
  readonly imageColumn?: string;
  /** Table column with the recording's path; guessed when absent. */
  readonly audioColumn?: string;
  /** Table column with the text itself; guessed when absent. */
  readonly textColumn?: string;
  /** Table column with the class; guessed when absent. */
  readonly labelColumn?: string;
  /** Table column naming the group of an example; guessed when absent, none where it is empty. */
  readonly groupColumn?: string;
  /**
   * A regular expression on the example's id; its first capture (or the whole match) is the group.
   * An id it does not match stays without a group. A plain word that matches no id, such as
   * `speaker`, is looked for among the columns, or guessed among the parts of the file names.
   */
  readonly groupPattern?: string;
  /** Share of a table's lines that may name no example that is there, in 0..1. */
  readonly maxCorruptFraction?: number;
  /** Whether classes with too few examples are left out, and named, instead of being an error. */
  readonly dropSmallClasses?: boolean;
}

export const DEFAULT_MOST_UNUSABLE = 0.05;

/** One example before classes have numbers. */
export interface Row {
  readonly id: string;
  readonly content: Content;
  readonly className: string;
  readonly split?: SplitName;
  readonly group?: string;
}

export interface Rows {
  readonly root: string;
  readonly modality: Modality;
  readonly rows: readonly Row[];
  /** What is listed and cannot be used, within the limit that was asked for. */
  readonly unusable?: readonly Unusable[];
  /** What the classes were taken from, such as `column "label"`. */
  readonly labelsFrom?: string;
  readonly notes: readonly string[];
}

/** What of several parts cannot be used. */
export const unusableOf = (parts: readonly Rows[]): Unusable[] =>
  parts.flatMap(({ unusable = [] }) => unusable);

/** What the classes of several parts were taken from. */
export function originOf(parts: readonly Rows[]): Pick<Rows, 'labelsFrom'> {
  const origins = [...new Set(parts.flatMap(({ labelsFrom }) => labelsFrom ?? []))];
  return origins.length === 0 ? {} : { labelsFrom: origins.join(' and ') };
}

export interface Source {
  /** Absolute path of a folder or a file that exists. */
  readonly path: string;
  readonly kind: 'folder' | 'file';
}

/** One way a dataset can lie on the disk. */
export interface DatasetReader {
  /** The layout's name, as it stands in the registry. */
  readonly format: string;
  /** For the error that lists what Espalier reads. */
  readonly description: string;
  recognises(source: Source): boolean | Promise<boolean>;
  /** @throws DatasetError */
  read(source: Source, options: ReadOptions): Promise<Rows>;
}
