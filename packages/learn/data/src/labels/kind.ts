import type { Row } from '../readers/reader.js';

/** The labels of a dataset's rows. */
export interface Labelled {
  /** Names of the labels. */
  readonly classes: readonly string[];
  /** Label of each row: an index into the names. */
  readonly labels: readonly number[];
  /** Names that were taken for the same, or look alike, a sentence each. */
  readonly notes: readonly string[];
}

/** Examples of the labels that have enough of them. */
export interface Remaining<E> {
  readonly examples: readonly E[];
  readonly classes: readonly string[];
  /** The labels that were left out, a sentence; null where none was. */
  readonly note: string | null;
}

interface HasLabel {
  readonly label: number;
}

/** The way in which a task reads labels, checks them and spreads them over the splits. */
export interface LabelKind {
  /** A label in a sentence: "class". */
  readonly noun: string;
  /** Finds the labels of rows. */
  readonly find: (rows: readonly Row[]) => Labelled;
  /**
   * Checks that there are enough labels and examples to learn from and to split.
   *
   * @param where the path or name of the dataset, for the message
   * @throws DatasetError where there are not
   */
  readonly require: (where: string, classes: readonly string[], examples: readonly HasLabel[]) => void;
  /** Leaves out the labels that {@link LabelKind.require} would refuse. */
  readonly drop: <E extends HasLabel>(examples: readonly E[], classes: readonly string[]) => Remaining<E>;
  /** Stratum of a label, from 0: every split has near its share of each stratum, and at least one example. */
  readonly stratum: (label: number) => number;
}
