import type { Matrix } from '../kernels/matrix.js';
import type { LabelledFeatures } from './features.js';

/** Examples with what the network's own classifier says of them. */
export interface LabelledShares {
  /** The class of each example, from 0. */
  readonly labels: readonly number[];
  readonly classes: number;
  /** Probabilities of the classes that the network was trained for, [examples, source classes]. */
  readonly shares: Matrix;
}

interface Described {
  /** Name for people, as it is published. */
  readonly title: string;
  /** What it is measured in. */
  readonly unit: 'share' | 'nats' | 'dimensions' | 'weights';
  /** Source, for people. */
  readonly paper: string;
}

/** A score of features. */
export interface FeatureScore extends Described {
  readonly needs: 'features';
  of(examples: LabelledFeatures): number;
}

/** A score of what the network's own classifier answers. */
export interface AnswerScore extends Described {
  readonly needs: 'source classes';
  of(examples: LabelledShares): number;
}

/** A score that looks at no example. */
export interface BackboneScore extends Described {
  readonly needs: 'backbone';
  of(backbone: { readonly weights: number }): number;
}

/** Says without training how well a network is expected to transfer to some examples; higher is better. */
export type Score = FeatureScore | AnswerScore | BackboneScore;
