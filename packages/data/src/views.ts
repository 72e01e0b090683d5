import type { Modality } from '@espalier/transfer';
import {
  audioPolicies,
  audioViewKey,
  audioViewOf,
  type AudioPolicyName,
  type AudioView,
} from './audio/index.js';
import { augmentationPolicies, viewKey, viewOf, type AugmentationName, type View } from './augmentation.js';
import { textPolicies, textViewKey, textViewOf, type TextPolicyName, type TextView } from './text/views.js';

/** One fixed way to look at an example of some modality. */
export type ExampleView =
  | { readonly modality: 'image'; readonly view: View }
  | { readonly modality: 'text'; readonly view: TextView }
  | { readonly modality: 'audio'; readonly view: AudioView };

/** Names of augmentation policies; each modality has its own, and all have `none`. */
export type PolicyName = AugmentationName | TextPolicyName | AudioPolicyName;

/** The policies of a modality. */
export const policies = {
  image: Object.keys(augmentationPolicies) as AugmentationName[],
  text: Object.keys(textPolicies) as TextPolicyName[],
  audio: Object.keys(audioPolicies) as AudioPolicyName[],
} as const satisfies Record<Modality, readonly PolicyName[]>;

/** What a search tries where nothing is asked for: nothing, and what seldom hurts. */
export const defaultPolicies: Readonly<Record<Modality, readonly [PolicyName, ...PolicyName[]]>> = {
  image: ['none', 'flip'],
  text: ['none'],
  audio: ['none', 'shift'],
};

/**
 * The view an example has under a policy of its modality, the same on every machine; index 0 is the
 * example as it is.
 *
 * @throws RangeError where the modality has no such policy
 */
export function exampleViewOf(
  modality: Modality,
  policy: PolicyName,
  exampleKey: string,
  index: number,
  seed: number,
): ExampleView {
  if (!(policies[modality] as readonly PolicyName[]).includes(policy)) {
    throw new RangeError(`there is no augmentation '${policy}' for ${modality}`);
  }
  switch (modality) {
    case 'image':
      return { modality, view: viewOf(policy as AugmentationName, exampleKey, index, seed) };
    case 'text':
      return { modality, view: textViewOf(policy as TextPolicyName, exampleKey, index, seed) };
    case 'audio':
      return { modality, view: audioViewOf(policy as AudioPolicyName, exampleKey, index, seed) };
  }
}

/** An example as it is, which evaluation sees. */
export const plainView = (modality: Modality): ExampleView => exampleViewOf(modality, 'none', '', 0, 0);

/** A string that is equal exactly for equal views, to be part of a cache key. */
export function exampleViewKey(look: ExampleView): string {
  switch (look.modality) {
    case 'image':
      return viewKey(look.view);
    case 'text':
      return textViewKey(look.view);
    case 'audio':
      return audioViewKey(look.view);
  }
}

/** Distinct views a policy has at most; a flip alone has two. */
export function viewCount(policy: PolicyName, views: number): number {
  if (policy === 'none') return 1;
  return policy === 'flip' ? Math.min(2, views) : views;
}
