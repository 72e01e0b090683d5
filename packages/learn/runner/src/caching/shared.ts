import type { ScannedExample } from '@espalier/data';
import type { PreparedBackbone } from '../backbone/backbone.js';
import { chainOf } from '../backbone/chain.js';
import type { StudyData } from '../study/examples.js';
import { bytesAt, type Activations } from './activations.js';
import type { CacheBudget } from './cacheBudget.js';
import { isCached, type Prefix } from './prefix.js';

interface Sharing {
  readonly prepared: PreparedBackbone;
  readonly prefix: Prefix;
  readonly activations: Pick<Activations, 'depths'>;
}

/**
 * Has each backbone cache the activations from which later ones continue: at the deepest joint that each
 * two have in common (Strassenburg, Glavic & Rabl, 2025), or the decoded input. Where there is no room, they
 * decode the examples again.
 */
export function keepShared(
  candidates: readonly Sharing[],
  budget: Pick<CacheBudget, 'spare'>,
  { splits }: Pick<StudyData, 'splits'>,
): void {
  const examples = Object.values(splits).flat();
  candidates.forEach(({ prepared, prefix, activations }, i) => {
    const later = candidates.slice(i + 1).map((one) => sharedJoint(prepared, one.prepared));
    const depths = [...new Set(later)].filter((depth) => depth !== null);
    for (const depth of depths.sort((a, b) => b - a)) {
      if (!isCached(prepared.encoder, depth)) continue;
      const bytes = activations.depths.includes(depth) ? 0 : bytesOf(prepared, depth, examples);
      if (budget.spare(bytes)) prefix.keep([depth]);
    }
  });
}

const bytesOf = (prepared: PreparedBackbone, depth: number, examples: readonly ScannedExample[]): number =>
  examples.reduce((sum, example) => sum + bytesAt(prepared, [depth], example), 0);

/** The deepest joint up to which two backbones compute the same; 0 where only the input is, null where not even that. */
export function sharedJoint(one: PreparedBackbone, other: PreparedBackbone): number | null {
  const inputs = [one, other].map(({ loaded }) => JSON.stringify(loaded.preprocessing));
  if (inputs[0] !== inputs[1]) return null;
  const [a, b] = [chainOf(one), chainOf(other)];
  const same = a.joints.filter((joint, i) => b.joints[i] === joint && a.keyOf(joint) === b.keyOf(joint));
  return same.at(-1) ?? 0;
}
