import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { Modality } from '@espalier/transfer';
import { mapConcurrent } from './concurrent.js';
import type { Dataset, Example, ScannedExample, Unusable } from '../dataset.js';
import { classLabels } from '../labels/classes.js';
import type { LabelKind } from '../labels/kind.js';
import { DEFAULT_MOST_UNUSABLE } from '../readers/reader.js';
import { DatasetError, ExampleError } from '../errors.js';
import { nouns } from '../modalities/allFacts.js';
import { modalities } from '../modalities/index.js';

export type CorruptExample = Unusable;

export interface Scan {
  /** The examples that decode, in the dataset's order. */
  readonly examples: readonly ScannedExample[];
  readonly corrupt: readonly CorruptExample[];
  /** Of the examples; fewer than the dataset's where small ones are left out. */
  readonly classes: readonly string[];
  readonly notes: readonly string[];
}

export interface ScanOptions {
  /** Share of the examples that may be unreadable before the scan gives up, in 0..1. */
  readonly maxCorruptFraction?: number;
  /** Whether classes that are left with too few examples are left out, and named. */
  readonly dropSmallClasses?: boolean;
  /** The kind of the labels; classes by default. */
  readonly labels?: LabelKind;
  readonly onProgress?: (done: number, total: number) => void;
  /** Files read at once. */
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
}

/**
 * Decodes every example once: names and skips the unreadable ones, and fingerprints the others.
 *
 * @throws DatasetError where too many are unreadable, or a class is left with too few.
 * @throws the signal's reason when aborted.
 */
export async function scanDataset(dataset: Dataset, options: ScanOptions = {}): Promise<Scan> {
  const {
    maxCorruptFraction = DEFAULT_MOST_UNUSABLE,
    labels: kind = classLabels,
    onProgress,
    signal,
  } = options;
  const total = dataset.examples.length;
  let done = 0;
  const results = await mapConcurrent(
    dataset.examples,
    options.concurrency ?? availableParallelism(),
    async (example) => {
      signal?.throwIfAborted();
      const result = await scanExample(dataset.modality, example);
      onProgress?.(++done, total);
      return result;
    },
  );
  const corrupt = [...(dataset.unusable ?? []), ...results.filter((result) => 'reason' in result)];
  const readable = results.filter((result) => 'contentHash' in result);
  const listed = total + (dataset.unusable?.length ?? 0);
  if (corrupt.length > maxCorruptFraction * listed) {
    throw tooManyCorrupt(dataset, corrupt, maxCorruptFraction, listed);
  }
  const { examples, classes, note } =
    options.dropSmallClasses === true
      ? kind.drop(readable, dataset.classes)
      : { examples: readable, classes: dataset.classes, note: null };
  const where =
    corrupt.length > 0 ? `${dataset.name}, unreadable ${nouns[dataset.modality]}s left out` : dataset.name;
  kind.require(where, classes, examples);
  return { examples, corrupt, classes, notes: note === null ? [] : [note] };
}

async function scanExample(modality: Modality, example: Example): Promise<ScannedExample | CorruptExample> {
  try {
    const { bytes, fingerprint } = await modalities.get(modality).inspect(example);
    return { ...example, contentHash: createHash('sha256').update(bytes).digest('hex'), fingerprint };
  } catch (error) {
    if (!(error instanceof ExampleError)) throw error;
    return { id: example.id, reason: error.reason };
  }
}

function tooManyCorrupt(
  dataset: Dataset,
  corrupt: readonly CorruptExample[],
  limit: number,
  listed: number,
): DatasetError {
  const named = corrupt.slice(0, 3).map(({ id, reason }) => `${id} (${reason})`);
  const more = corrupt.length > named.length ? ` and ${corrupt.length - named.length} more` : '';
  return new DatasetError(
    `${corrupt.length} of the ${listed} ${nouns[dataset.modality]}s of ${dataset.name} cannot be read, ` +
      `over the limit of ${Math.round(limit * 1000) / 10} %: ${named.join(', ')}${more}.`,
  );
}
