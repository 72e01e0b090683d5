import type { Modality } from '@espalier/transfer';
import { DatasetError } from './errors.js';
import type { Fingerprint } from './perceptual.js';
import { counted, shownSome } from './words.js';

export const splitNames = ['train', 'validation', 'test'] as const;

export type SplitName = (typeof splitNames)[number];

/** What an example consists of: a file, or what a table holds. */
export type Content =
  | { readonly kind: 'file'; /** Absolute. */ readonly path: string }
  /** A file that a table holds. */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'text'; readonly text: string };

export interface Example {
  /**
   * Path relative to the dataset's root, with forward slashes, or the table and line of a text; unique
   * in the dataset.
   */
  readonly id: string;
  readonly content: Content;
  /** Index into the dataset's `classes`. */
  readonly label: number;
  /** The split the dataset itself puts this example in, where it says so. */
  readonly split?: SplitName;
  /** Examples of one group (a patient, a camera, a burst) never go to different splits. */
  readonly group?: string;
}

/** An example that was read once, as it will be used. */
export interface ScannedExample extends Example {
  /** SHA-256 of the file's or the text's bytes, in hexadecimal. */
  readonly contentHash: string;
  /** What a near duplicate shares; null for texts, which are compared themselves. */
  readonly fingerprint: Fingerprint | null;
}

/** An example that may have been scanned; equal contents are then kept together. */
export type SplittableExample = Omit<Example, 'content'> & { readonly contentHash?: string };

/** What a dataset lists and nobody can use. */
export interface Unusable {
  readonly id: string;
  /** Why, as a clause: "the file is cut short". */
  readonly reason: string;
}

export interface Dataset {
  readonly name: string;
  /** Absolute folder that every example lies in. */
  readonly root: string;
  readonly modality: Modality;
  /** Sorted by code unit, so that labels do not depend on the machine's language. */
  readonly classes: readonly string[];
  readonly examples: readonly Example[];
  /** What is listed and is no example, such as files that are not there. */
  readonly unusable?: readonly Unusable[];
  /** What the classes were taken from, such as `column "label"`; null where the reader does not say. */
  readonly labelsFrom: string | null;
  /** What was guessed or ignored, one sentence each, for people to read. */
  readonly notes: readonly string[];
}

/** Below this a class cannot give a train, a validation and a test set anything to say. */
export const minimumPerClass = 5;

/** @throws DatasetError where there are fewer than two */
export function requireTwoClasses(path: string, classes: readonly string[]): void {
  if (classes.length >= 2) return;
  const found = classes.length === 0 ? 'none' : `only "${classes[0]}"`;
  throw new DatasetError(`Espalier needs at least two classes, and ${path} has ${found}.`);
}

/** @throws DatasetError naming each class with fewer than `minimumPerClass` examples. */
export function requireEnoughExamples(
  examples: readonly { readonly label: number }[],
  classes: readonly string[],
  where: string,
): void {
  const counts = countLabels(examples, classes.length);
  const small = classes.flatMap((name, label) =>
    (counts[label] ?? 0) < minimumPerClass ? [`"${name}" has ${counts[label]}`] : [],
  );
  if (small.length === 0) return;
  const rest =
    small.length > 5 ? ` and ${counted(small.length - 5, 'more class', 'more classes')} too few` : '';
  throw new DatasetError(
    `${where}: class ${small.slice(0, 5).join(', class ')}${rest}; ` +
      `a class needs at least ${minimumPerClass} examples to be split. Add examples, remove the class, or leave such classes out with --drop-small-classes.`,
  );
}

/** Examples of the classes that have enough of them. */
export interface Remaining<E> {
  readonly examples: readonly E[];
  readonly classes: readonly string[];
  /** Which classes were left out, a sentence; null where none was. */
  readonly note: string | null;
}

/** Leaves out the classes that `requireEnoughExamples` would refuse. */
export function withoutSmallClasses<E extends { readonly label: number }>(
  examples: readonly E[],
  classes: readonly string[],
): Remaining<E> {
  const counts = countLabels(examples, classes.length);
  const kept = classes.flatMap((_, label) => ((counts[label] ?? 0) < minimumPerClass ? [] : [label]));
  if (kept.length === classes.length) return { examples, classes, note: null };
  const numbers = new Map(kept.map((label, i) => [label, i]));
  const dropped = classes.flatMap((name, label) =>
    numbers.has(label) ? [] : [`"${name}" (${counts[label]})`],
  );
  return {
    examples: examples.flatMap((example) => {
      const label = numbers.get(example.label);
      return label === undefined ? [] : [{ ...example, label }];
    }),
    classes: kept.map((label) => classes[label] as string),
    note: `Left out ${counted(dropped.length, 'class', 'classes')} of fewer than ${minimumPerClass} examples: ${shownSome(dropped, 10)}.`,
  };
}

export function countLabels(examples: readonly { readonly label: number }[], classCount: number): number[] {
  const counts = new Array<number>(classCount).fill(0);
  for (const { label } of examples) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}
