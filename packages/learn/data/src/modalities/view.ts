import type { Modality } from '@espalier/transfer';
import type { AudioPolicyName, AudioView } from './audio/views.js';
import type { AugmentationName, View } from './image/views.js';
import type { TextPolicyName, TextView } from './text/views.js';

/** One fixed way to look at an example of some modality. */
export type ExampleView =
  | { readonly modality: 'image'; readonly view: View }
  | { readonly modality: 'text'; readonly view: TextView }
  | { readonly modality: 'audio'; readonly view: AudioView };

/** The view of an example of one modality. */
export type ViewOf<M extends Modality> = Extract<ExampleView, { modality: M }>['view'];

/** Names of augmentation policies; each modality has its own, and all have `none`. */
export type PolicyName = AugmentationName | TextPolicyName | AudioPolicyName;

/** Whether a modality has a policy of this name. */
export const isPolicyOf = <Name extends string>(
  policies: Readonly<Record<Name, unknown>>,
  name: string,
): name is Name => Object.hasOwn(policies, name);

/** @throws RangeError, as there is no such policy */
export function refusePolicy(modality: Modality, policy: string): never {
  throw new RangeError(`there is no augmentation '${policy}' for ${modality}`);
}
