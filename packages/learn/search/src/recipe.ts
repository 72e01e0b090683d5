import type { TrialStart } from './dimensions/start.js';

/** How one trial trains. A study's settings give all of it; the dimensions of its configuration have the last word. */
export interface Recipe {
  /** Stages that stay as they are, from the input on. */
  readonly freezeDepth: number;
  /** Stages at the output end that stay as they are, too; at least one behind the freeze depth is trained. */
  readonly frozenTail: number;
  /** Rank of the changes that stages learn in place of their weights; 0 for the weights themselves. */
  readonly adapterRank: number;
  /** Whether the scales and shifts of normalisation layers are trained. */
  readonly normalisation: 'train' | 'freeze';
  /** Where it begins: with the fitted head, with what another trial has learnt, or with a random head. */
  readonly start: TrialStart;
  /** Name of an augmentation policy. */
  readonly augmentation: string;
  /** Peak learning rate of the head. */
  readonly learningRate: number;
  /** Whether a test of rising rates bounds it. */
  readonly rangeTest: 'off' | 'on';
  /** Factor on the learning rate for each stage further from the output, in (0, 1]. */
  readonly layerDecay: number;
  /** Learning rate of the pre-trained stages as a share of the head's; absent where the network's size decides. */
  readonly stageRate?: number | undefined;
  readonly weightDecay: number;
  /** What weight decay draws the pre-trained weights to. */
  readonly decayTowards: 'zero' | 'pretrained';
  /** Share of the features that are dropped before the head. */
  readonly dropout: number;
  readonly labelSmoothing: number;
  /** Both parameters of the Beta distribution by which pairs of examples are mixed; 0 for not at all. */
  readonly mixup: number;
  /** Whether the weights of the last epochs are averaged where validation improves. */
  readonly averaging: 'none' | 'epochs';
  /** Examples a step. */
  readonly batch: number;
  readonly optimizer: string;
  readonly schedule: string;
  /** Largest global gradient norm. */
  readonly clip: number;
  /** Steps that an epoch has at least. */
  readonly leastSteps: number;
  /** Augmentation views cached for each training example, the plain one included. */
  readonly views: number;
  /** Epochs without a better objective after which a trial ends; null for never. */
  readonly patience: number | null;
}
