import type { LogisticProblem, SolveOptions } from '../logistic/logistic.js';
import type { Point } from '../space.js';

/** A linear classifier with an L2 penalty on its weights, fitted in the space that a kernel spans. */
export interface Classifier {
  /** Whether its scores are logits as they are; else folds choose what they are multiplied with. */
  readonly calibrated: boolean;
  /** Fits every problem at once. `penalties` are of the mean loss, one for each fit. */
  solve(problem: LogisticProblem, options: SolveOptions): Promise<Point>;
}
