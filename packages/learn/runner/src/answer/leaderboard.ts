import type { Costs, Standing } from '@espalier/study';

/** One line of a study's leaderboard: baselines, probes, trials and averages, all measured alike. */
export interface LeaderboardEntry extends Standing {
  /** Such as `probe-3`: what exports and predictions call it. */
  readonly name: string;
  readonly kind: 'baseline' | 'probe' | 'trial' | 'soup' | 'average';
  readonly title: string;
  /** What an average is made of; the shares sum to 1. */
  readonly members?: readonly { readonly name: string; readonly share: number }[];
  /** Under how many seeds it was trained, and the least and most loss among them; absent for one. */
  readonly seeds?: { readonly count: number; readonly low: number; readonly high: number };
  /** What it costs, as far as that was measured. */
  readonly costs: Costs;
  /** The costs that are over their limits, for which it is not the answer. */
  readonly over: readonly string[];
}

/** The best that needs no pre-trained network, beside the best that uses one. */
export interface PlainComparison {
  readonly name: string;
  readonly title: string;
  /** The objective of it. */
  readonly value: number;
  /** How much better the best with a network is, with the bounds of its 95 % interval. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  /** Whether the difference may as well be none. */
  readonly asGood: boolean;
}
