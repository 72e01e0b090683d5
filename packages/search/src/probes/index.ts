import { logisticProbe } from './logistic.js';
import { standardise, type ProbeProblem, type ProbeResult } from './problem.js';
import { ridgeProbe } from './ridge.js';

export type { Labelled, ProbeProblem, ProbeResult } from './problem.js';

/** Linear classifiers that need no step of gradient descent on a network. */
const probes = { ridge: ridgeProbe, logistic: logisticProbe } as const;

export type ProbeName = keyof typeof probes;
export const probeNames = Object.keys(probes) as [ProbeName, ...ProbeName[]];

/** How linearly separable the classes are in some features: a lower bound of what transfer can reach. */
export function runProbes(problem: ProbeProblem): Record<ProbeName, ProbeResult> {
  const data = standardise(problem);
  return { ridge: probes.ridge(data), logistic: probes.logistic(data) };
}
