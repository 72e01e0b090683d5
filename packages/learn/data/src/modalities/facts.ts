import type { FileGroup } from '@espalier/base/files';

/** What people are told and what names give away. No code stands behind it, so that a browser reads it too. */
export interface ModalityFacts {
  readonly words: ModalityWords;
  /** What an example consists of: a file, or the text itself. */
  readonly content: 'file' | 'text';
  /** Endings of files that hold one example, with their dot, in small letters. */
  readonly endings: ReadonlySet<string>;
  readonly column: ModalityColumn;
  /** The kinds of files that its examples are among; null where a file of any known kind is none. */
  readonly group: FileGroup | null;
  /** What to do about a file that is not read, as in "save it as JPEG or PNG". */
  readonly remedy: string;
}

export interface ModalityWords {
  /** What datasets call an example: "image". Its plural has an s. */
  readonly noun: string;
  /** That of the noun: "an". */
  readonly article: 'a' | 'an';
  /** What people call it where they look at one: "picture". Its plural has an s. */
  readonly plain: string;
  /** One to try a command with: the name of a file, or a text. */
  readonly example: string;
}

/** The column of a table that holds or names the examples. */
export interface ModalityColumn {
  /** Names in common use, most telling first. */
  readonly usualNames: readonly string[];
  /** The option of the command line that names it. */
  readonly option: string;
  /** The same of {@link ReadOptions}. */
  readonly setting: 'imageColumn' | 'audioColumn' | 'textColumn';
}
