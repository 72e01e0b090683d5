import type { Modality } from '@espalier/transfer';
import { modalities } from './modalities/index.js';
import type { ExampleView, PolicyName } from './modalities/view.js';

export type { ExampleView, PolicyName } from './modalities/view.js';

/** Names of the augmentation policies of a modality, those that were registered later included. */
export const policiesOf = (modality: Modality): readonly PolicyName[] =>
  modalities.get(modality).policies.known();

/** What a search tries where nothing is asked for: no change, and what seldom hurts. */
export const usualPoliciesOf = (modality: Modality): readonly PolicyName[] =>
  modalities
    .get(modality)
    .policies.entries()
    .flatMap(([name, { usual }]) => (usual ? [name] : []));

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

/** Distinct views that a policy of a modality gives where some are asked for: a flip alone has two. */
export const viewCount = (modality: Modality, policy: PolicyName, views: number): number =>
  Math.min(views, modalities.get(modality).policies.get(policy).mostViews ?? views);
