import type { LabelledFeatures } from './features.js';
import type { FeatureScore } from './score.js';

/** Neighbours that vote. */
const NEIGHBOURS = 5;

/**
 * Share of the examples whose class is that of most of their five nearest others, by the cosine of centred features;
 * among as many votes the nearer ones count. Centred, as features behind a ReLU share a large mean beside which all
 * cosines look alike; not standardised, as that would count a feature that hardly varies as much as any. Examples of
 * one unit are no neighbours of each other.
 */
export const knn: FeatureScore = {
  title: 'k-NN',
  unit: 'share',
  paper: 'Cover & Hart, 1967; five neighbours, leave-one-out',
  needs: 'features',
  of: (examples) => {
    const { labels } = examples;
    const right = labels.filter((label, i) => voteOf(examples, i) === label).length;
    return right / labels.length;
  },
};

interface Neighbour {
  readonly label: number;
  readonly cosine: number;
}

/** The class that the neighbours of an example vote for; -1 where it has none. */
function voteOf(examples: LabelledFeatures, row: number): number {
  const votes = new Map<number, { readonly count: number; readonly cosines: number }>();
  for (const { label, cosine } of nearest(examples, row)) {
    const { count, cosines } = votes.get(label) ?? { count: 0, cosines: 0 };
    votes.set(label, { count: count + 1, cosines: cosines + cosine });
  }
  let best = { label: -1, count: 0, cosines: -Infinity };
  for (const [label, vote] of votes) {
    const ahead = vote.count - best.count || vote.cosines - best.cosines;
    if (ahead > 0) best = { label, ...vote };
  }
  return best.label;
}

/** The nearest first; of those equally near the first in the list. */
function nearest({ labels, units, centred }: LabelledFeatures, row: number): Neighbour[] {
  const n = labels.length;
  const lengthOf = (i: number): number => Math.sqrt(centred[i * n + i] as number);
  const found: Neighbour[] = [];
  for (let i = 0; i < n; i++) {
    if (units[i] === units[row]) continue;
    const lengths = lengthOf(i) * lengthOf(row);
    const cosine = lengths > 0 ? (centred[row * n + i] as number) / lengths : 0;
    const last = found.at(-1);
    if (found.length === NEIGHBOURS && last !== undefined && cosine <= last.cosine) continue;
    const place = found.findIndex((other) => cosine > other.cosine);
    found.splice(place < 0 ? found.length : place, 0, { label: labels[i] as number, cosine });
    if (found.length > NEIGHBOURS) found.pop();
  }
  return found;
}
