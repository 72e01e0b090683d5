import type { Modality } from '@espalier/transfer';
import { modalities, ofEach } from './modalities/index.js';
import type { ExampleView, PolicyName } from './modalities/view.js';

export type { ExampleView, PolicyName } from './modalities/view.js';

/** The augmentation policies of each modality. */
export const policies = ofEach((part) => part.policies);

/** What a search tries where nothing is asked for: nothing, and what seldom hurts. */
export const defaultPolicies = ofEach((part) => part.usualPolicies);

/**
 * The view an example has under a policy of its modality, the same on every machine; index 0 is the
 * example as it is.
 *
 * @throws RangeError where the modality has no such policy
 */
export const exampleViewOf = (
  modality: Modality,
  policy: PolicyName,
  exampleKey: string,
  index: number,
  seed: number,
): ExampleView => modalities.get(modality).viewOf(policy, exampleKey, index, seed);

/** An example as it is, which evaluation sees. */
export const plainView = (modality: Modality): ExampleView => exampleViewOf(modality, 'none', '', 0, 0);

/** A string that is equal exactly for equal views, to be part of a cache key. */
export const exampleViewKey = (look: ExampleView): string => modalities.get(look.modality).viewKey(look);

/** Distinct views a policy has at most; a flip alone has two. */
export function viewCount(policy: PolicyName, views: number): number {
  if (policy === 'none') return 1;
  return policy === 'flip' ? Math.min(2, views) : views;
}
