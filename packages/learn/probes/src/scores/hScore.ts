import { byClass, type LabelledFeatures } from './features.js';
import type { FeatureScore } from './score.js';
import { dot, shifted } from './tridiagonal.js';

/** Shrinkage that is there at least, so that there is an inverse. */
const LEAST = 1e-9;

/** Mean square length of centred features that counts as rounding, as a share of that of the features. */
const ROUNDING = 1e-12;

/**
 * How much of the features' variance lies between the classes, counted in dimensions: tr(cov(f)⁻¹ cov(E[f|y])), from 0
 * to the number of classes less 1 (Bao et al., 2019). The covariance is shrunk towards a multiple of the identity
 * (Ledoit & Wolf, 2004), and the covariance of the means by as much, so that it can be told with fewer examples than
 * features (Ibrahim et al., 2021). In the space of the examples: with K the centred inner products, s = (1 - a) / n and
 * r = a tr(K) / (n width), a class of m examples with indicator e adds e · K (s K + r I)⁻¹ e / (n m).
 */
export const hScore: FeatureScore = {
  title: 'H-score',
  unit: 'dimensions',
  paper: 'Bao et al., 2019; shrunk as in Ibrahim et al., 2021',
  needs: 'features',
  of: (examples) => {
    const { labels, width } = examples;
    const n = labels.length;
    const mean = meanSquare(examples, 'centred');
    if (!(mean > ROUNDING * meanSquare(examples, 'gram'))) return 0;
    const shrinkage = Math.max(LEAST, shrinkageOf(examples));
    const form = examples.centredForm();
    const [s, r] = [(1 - shrinkage) / n, (shrinkage * mean) / width];
    if (s === 0) return 0;
    const { solve } = shifted(form, r / s);
    const parts = byClass(labels).map((rows) => {
      const indicator = new Float64Array(n);
      for (const row of rows) indicator[row] = 1;
      const e = form.turn(indicator);
      return (dot(e, e) - (r / s) * dot(e, solve(e))) / s / (n * rows.length);
    });
    return (1 - shrinkage) * parts.reduce((sum, part) => sum + part, 0);
  },
};

function meanSquare(examples: LabelledFeatures, which: 'centred' | 'gram'): number {
  const n = examples.labels.length;
  return examples.labels.reduce((sum, _, i) => sum + (examples[which][i * n + i] as number) / n, 0);
}

/** The share of the identity with the least expected error. Ledoit & Wolf, 2004. */
function shrinkageOf(examples: LabelledFeatures): number {
  const { labels, width, centred } = examples;
  const n = labels.length;
  const mean = meanSquare(examples, 'centred');
  const squares = dot(centred, centred) / n ** 2;
  const fourths = labels.reduce((sum, _, i) => sum + (centred[i * n + i] as number) ** 2, 0) / n;
  const error = (fourths - squares) / n;
  const distance = squares - mean ** 2 / width;
  return distance > 0 ? Math.min(1, Math.max(0, error / distance)) : 1;
}
