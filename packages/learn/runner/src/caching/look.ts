import {
  exampleViewOf,
  plainView,
  type ExampleView,
  type PolicyName,
  type ScannedExample,
} from '@espalier/data';
import type { Modality } from '@espalier/transfer';

/** One example as one view shows it. */
export interface Looked {
  readonly example: ScannedExample;
  readonly view: ExampleView;
}

/** View `index` of an example under a policy; index 0 is what evaluation sees. */
export const look = (
  modality: Modality,
  example: ScannedExample,
  policy: PolicyName,
  index: number,
  seed: number,
): Looked => ({ example, view: exampleViewOf(modality, policy, example.contentHash, index, seed) });

/** An example as evaluation sees it. */
export const plainLook = (modality: Modality, example: ScannedExample): Looked => ({
  example,
  view: plainView(modality),
});

export interface FillProgress {
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}
