import type { Modality } from '@espalier/transfer';
import { createRandom, type Random } from '@espalier/base/random';

/** Which view of which example is asked for. */
export interface Moment {
  /** From 1; index 0 is the example as it is, whatever the policy. */
  readonly index: number;
  /** Gives numbers that depend on the policy, the example, the index and the seed alone. */
  readonly random: Random;
  /** Names these numbers, for views that draw more of them when they are applied. */
  readonly stream: string;
}

/** One way to vary the training examples of a modality: one file in its `policies/`, one line in the registry. */
export interface Policy<View> {
  /** Whether a search tries it where nothing is asked for: no change, and what seldom hurts. */
  readonly usual: boolean;
  /** Most distinct views, the example as it is among them; as many as are asked for where it is absent. */
  readonly mostViews?: number;
  /** Makes a view, the same on every machine for the same moment. */
  readonly view: (moment: Moment) => View;
}

/** The policies of a modality by their names, whatever their views are. */
export interface Policies<View = unknown> {
  known(): readonly string[];
  has(name: string): boolean;
  get(name: string): Policy<View>;
  entries(): readonly (readonly [name: string, policy: Policy<View>])[];
}

/** What makes views of the examples of a modality. */
export interface ViewMaker<View> {
  readonly modality: Modality;
  readonly policies: Policies<View>;
  /** The example as it is. */
  readonly plain: View;
  /** Sets its random numbers apart from those of other modalities. */
  readonly draws: string;
}

/**
 * Makes views by the policies of a registry. Augmentation is a fixed number of views an example, so that
 * the frozen prefix's activations of each can be cached.
 *
 * @throws RangeError where the index is no whole number of 0 or more, or there is no such policy
 */
export const viewsOf =
  <View>({ modality, policies, plain, draws }: ViewMaker<View>) =>
  (policy: string, exampleKey: string, index: number, seed: number): View => {
    if (!Number.isInteger(index) || index < 0) {
      throw new RangeError(`a view has an index of 0 or more, got ${index}`);
    }
    requirePolicy(modality, policies, policy);
    if (index === 0) return plain;
    const random = createRandom(seed, draws, policy, exampleKey, index);
    return policies.get(policy).view({ index, random, stream: `${seed} ${policy} ${exampleKey} ${index}` });
  };

function requirePolicy(modality: Modality, policies: Policies, name: string): void {
  if (policies.has(name)) return;
  const known = policies.known().join(', ');
  throw new RangeError(`there is no augmentation '${name}' for ${modality}; there are ${known}`);
}
