/** One line of a study's leaderboard: baselines, probes, trials and averages, all measured alike. */
export interface LeaderboardEntry {
  /** Such as `probe-3`: what exports and predictions call it. */
  readonly name: string;
  readonly kind: 'baseline' | 'probe' | 'trial' | 'average';
  readonly title: string;
  /** What an average is made of; the shares sum to 1. */
  readonly members?: readonly { readonly name: string; readonly share: number }[];
  /** 0..1, with the bounds of its 95 % interval. */
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
  /** In nats. */
  readonly logLoss: number;
  /** How many examples it was measured on, none of which it had learnt from. */
  readonly examples: number;
  /** `folds` over training and validation examples, or the `validation` split. */
  readonly basis: 'folds' | 'validation';
}

/** The best that needs no pre-trained network, beside the best that uses one. */
export interface PlainComparison {
  readonly name: string;
  readonly title: string;
  readonly accuracy: number;
  /** What the best with a network is ahead, with the bounds of its 95 % interval. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  /** Whether the difference may as well be none. */
  readonly asGood: boolean;
}
