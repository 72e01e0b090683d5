import type { Modality } from '@espalier/transfer';
import type { Fingerprint } from './checks/perceptual.js';

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

/** Counts the examples of each label. */
export function countLabels(examples: readonly { readonly label: number }[], classCount: number): number[] {
  const counts = new Array<number>(classCount).fill(0);
  for (const { label } of examples) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}
