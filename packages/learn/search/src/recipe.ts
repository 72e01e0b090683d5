/** How one trial trains. A study's settings give all of it; the dimensions of its configuration have the last word. */
export interface Recipe {
  /** Stages that stay as they are, from the input on. */
  readonly freezeDepth: number;
  /** Name of an augmentation policy. */
  readonly augmentation: string;
  /** Peak learning rate of the head. */
  readonly learningRate: number;
  /** Factor on the learning rate for each stage further from the output, in (0, 1]. */
  readonly layerDecay: number;
  /** Learning rate of the pre-trained stages as a share of the head's; absent where the network's size decides. */
  readonly stageRate?: number | undefined;
  readonly weightDecay: number;
  /** Share of the features that are dropped before the head. */
  readonly dropout: number;
  readonly labelSmoothing: number;
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
