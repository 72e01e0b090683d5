import type { Preprocessing } from '@espalier/transfer';
import type { Example, ScannedExample } from '../dataset.js';
import type { Encoder } from '../encode/encoder.js';
import type { LeakedPair } from '../leakage/pair.js';
import type { Fingerprint } from '../checks/perceptual.js';
import type { Split } from '../splits/split.js';
import type { ModalityFacts } from './facts.js';
import type { Policies } from './policy.js';
import type { ExampleView, PolicyName } from './view.js';

/** What a scan finds out about an example. */
export interface Inspected {
  /** What the example is, for its hash. */
  readonly bytes: Uint8Array;
  /** What near duplicates share; null where they are told otherwise. */
  readonly fingerprint: Fingerprint | null;
}

/** All that Espalier does with the examples of a modality: how they are read, looked at and compared. */
export interface ModalityPart extends ModalityFacts {
  /** Its augmentation policies, `none` among them. */
  readonly policies: Policies;
  /**
   * The view that an example has under a policy, the same on every machine; index 0 is the example as it is.
   *
   * @throws RangeError where the modality has no such policy
   */
  viewOf(policy: PolicyName, exampleKey: string, index: number, seed: number): ExampleView;
  /**
   * A string that is equal exactly for equal views, to be part of a cache key.
   *
   * @throws RangeError where the view is of another modality
   */
  viewKey(look: ExampleView): string;
  /**
   * Reads one example as it will be used, so that what cannot be is known before the search.
   *
   * @throws ExampleError where it cannot be read
   */
  inspect(example: Example): Promise<Inspected>;
  /** Finds examples of different splits that are nearly the same, nearest first. */
  findLeakage(examples: readonly ScannedExample[], split: Split): LeakedPair[];
  /**
   * Opens a preprocessing that makes inputs of its examples.
   *
   * @param input name of the graph's input, where the preprocessing does not name it
   * @param assets paths of the files that it reads, such as a tokenizer's
   * @returns null where the preprocessing is of another modality
   * @throws TokenizerError where the tokenizer is missing or another model's
   */
  openEncoder(
    preprocessing: Preprocessing,
    input: string,
    assets: Readonly<Record<string, string>>,
  ): Promise<Encoder> | null;
}
