/** The part that a weight has in its operator, by which a fresh one is drawn. */
export type WeightRole =
  /** Mixes channels, as the matrix of a linear layer does. */
  | 'kernel'
  | 'bias'
  | 'scale'
  | 'shift'
  /** The slope of a rectifier where its input is negative. */
  | 'slope'
  /** Rows that are looked up. */
  | 'table'
  /** Read before the layer that it is a weight of, which lays it out, repeats, cuts or normalises it. */
  | 'raw';

/** Properties of an operator that hold for every node of it. */
export interface OperatorFacts {
  /**
   * The input positions in which weights are read, and the part that they have there. Some operators read a
   * weight before a layer does: Slice cuts a table of positions, Expand repeats a class token for the batch,
   * Concat puts it before the others, ReduceL2 and Div normalise a weight (Salimans & Kingma, 2016), as
   * normalisations of weights do (Qiao et al., 2019) and those of a table of relative places (He et al., 2021).
   * The statistics of a BatchNormalization are no weights.
   */
  readonly weights?: Readonly<Record<number, WeightRole>>;
  /**
   * It reads a constant in these positions as often as a weight: one number throughout is no weight. Exporters
   * write a group normalisation as an InstanceNormalization with scales of 1 and shifts of 0.
   */
  readonly oftenConstant?: true;
  /** Gives its input a mean and a deviation of its own, by scales and shifts. */
  readonly normalises?: true;
  /** A layer with weights that mix channels, by which stages are counted. */
  readonly layer?: 'convolution' | 'product' | 'lookup';
  /** An activation that may stand behind a classifier's layer, as in SqueezeNet (Iandola et al., 2016). */
  readonly rectifies?: true;
  /** Stands between a classifier's linear layer and the output: it forms scores, and makes no features. */
  readonly formsScores?: true;
  /** Gives shares that sum to 1, or their logarithms. */
  readonly makesShares?: true;
  /** Averages over places, and so ends what a convolution says of each. */
  readonly averagesPlaces?: true;
  /** Chooses among boxes, as a detector does at its end. */
  readonly choosesBoxes?: true;
  /** Its result has as many axes as its inputs, or the largest of them. */
  readonly keepsRank?: true;
  /** Gives what its first input holds, in another shape or order. */
  readonly moves?: true;
  /** Gives truth values. */
  readonly givesTruth?: true;
  /** Its value depends on the shape of its input, and on no value. */
  readonly readsShape?: true;
  /** The inputs whose values, and not only shapes, decide the shape of its result. */
  readonly shapedBy?: readonly number[];
  /** Its result has the shape of its first input, whatever the others are. */
  readonly shapedByFirst?: true;
  /** Its result does not change, or changes by jumps, with its inputs: no gradient passes. */
  readonly jumps?: true;
}
