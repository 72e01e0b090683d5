import {
  classBalance,
  classLabels,
  conflictNote,
  findLeakage,
  readDataset,
  scanDataset,
  splitDataset,
  splitNames,
  type ClassBalance,
  type CorruptExample,
  type LabelKind,
  type LeakedPair,
  type ReadOptions,
  type ScannedExample,
  type SplitName,
} from '@espalier/data';
import { sha256Of } from '@espalier/base/files';
import type { Modality } from '@espalier/transfer';

/** A dataset that is read, checked and divided. */
export interface StudyData {
  readonly name: string;
  readonly modality: Modality;
  readonly classes: readonly string[];
  readonly splits: Readonly<Record<SplitName, readonly ScannedExample[]>>;
  readonly corrupt: readonly CorruptExample[];
  readonly leaks: readonly LeakedPair[];
  readonly balance: ClassBalance;
  /** What the classes were taken from; null where the reader does not say. */
  readonly labelsFrom: string | null;
  readonly notes: readonly string[];
  /** Hash of every example's content, class and split. */
  readonly hash: string;
}

export interface OpenDataOptions extends ReadOptions {
  /** What people call the dataset; by default the name of its file or folder. */
  readonly name?: string;
  readonly seed: number;
  readonly validation: number;
  readonly test: number;
  readonly maxCorruptFraction: number;
  readonly dropSmallClasses?: boolean;
  /** The kind of the labels; classes by default. */
  readonly labels?: LabelKind;
  /** Splits that examples keep, by their content. */
  readonly kept?: ReadonlyMap<string, SplitName>;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Reads a dataset, decodes every example once, splits it and looks for leakage. */
export async function openData(path: string, options: OpenDataOptions): Promise<StudyData> {
  const {
    seed,
    validation,
    test,
    maxCorruptFraction,
    onProgress,
    signal,
    kept,
    labels = classLabels,
  } = options;
  const dataset = await readDataset(path, options, labels);
  const scan = await scanDataset(dataset, {
    maxCorruptFraction,
    dropSmallClasses: options.dropSmallClasses === true,
    labels,
    ...(onProgress && { onProgress }),
    ...(signal && { signal }),
  });
  const conflict = conflictNote({ ...dataset, classes: scan.classes }, scan.examples);
  const split = splitDataset(scan.examples, { seed, validation, test, labels, ...(kept && { kept }) });
  const pick = (name: SplitName): ScannedExample[] =>
    split[name].map((index) => scan.examples[index] as ScannedExample);
  const splits = { train: pick('train'), validation: pick('validation'), test: pick('test') };
  return {
    name: options.name ?? dataset.name,
    modality: dataset.modality,
    classes: scan.classes,
    splits,
    corrupt: scan.corrupt,
    leaks: findLeakage(dataset.modality, scan.examples, split),
    balance: classBalance(splits.train, scan.classes),
    labelsFrom: dataset.labelsFrom,
    notes: [...dataset.notes, ...scan.notes, ...(conflict === null ? [] : [conflict]), ...split.notes],
    hash: hashOf(scan.classes, splits),
  };
}

const hashOf = (classes: readonly string[], splits: StudyData['splits']): string =>
  sha256Of(
    JSON.stringify([
      classes,
      splitNames.map((name) => splits[name].map(({ contentHash, label }) => [contentHash, label])),
    ]),
  );

export const labelsOf = (examples: readonly { readonly label: number }[]): number[] =>
  examples.map(({ label }) => label);
