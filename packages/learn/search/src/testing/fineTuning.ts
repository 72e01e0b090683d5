import type { Configuration, SearchSpace } from '@espalier/study';
import type { ObservedTrial } from '../history.js';
import { samplers } from '../samplers/registry.js';
import { workOf } from '../space/work.js';
import { mixedSpace, numberOf, trialOf } from './fixtures.js';

/** What a fine-tuning could be worth: each backbone has its own best depth and rate. At most 0.92. */
export function objective(configuration: Configuration): number {
  const { backbone, values } = configuration;
  const at = (name: string): number => numberOf(configuration, name);
  const [depth, depths, rate, worth] = { a: [8, 12, -2.5, 0.9], b: [3, 9, -3.5, 0.86], c: [2, 8, -3, 0.92] }[
    backbone
  ] as [number, number, number, number];
  return (
    worth -
    0.3 * ((at('freezeDepth') - depth) / depths) ** 2 -
    0.05 * (Math.log10(at('learningRate')) - rate) ** 2 -
    0.2 * (at('layerDecay') - 0.75) ** 2 -
    (at('weightDecay') === 1e-2 ? 0.03 : 0) -
    (values['augmentation'] === 'none' ? 0.04 : 0)
  );
}

/** The next trial of a search, at what its configuration is worth. */
function next(
  name: string,
  space: SearchSpace,
  history: readonly ObservedTrial[],
  seed: number,
): ObservedTrial {
  const trial = history.length;
  const suggested = samplers.get(name).suggest({ space, history, trial, seed });
  if (suggested === null || suggested instanceof Promise) throw new Error(`${name} has no configuration`);
  return trialOf(trial, suggested, [objective(suggested)]);
}

/** How far the best of some trials is from the optimum. */
export function regret(name: string, seed: number, trials = 40): number {
  const history: ObservedTrial[] = [];
  while (history.length < trials) history.push(next(name, mixedSpace, history, seed));
  return 0.92 - Math.max(...history.flatMap(({ curve }) => curve));
}

/** The mixed space; the shallower a backbone is frozen, the more work an epoch is, up to 50 times that of its head. */
export const costlySpace: SearchSpace = {
  ...mixedSpace,
  backbones: mixedSpace.backbones.map((backbone) => {
    const range = backbone.ranges['freezeDepth'];
    if (range?.kind !== 'choices') throw new Error(`${backbone.id} has no list of depths`);
    const deepest = Math.max(...range.values.map(Number));
    const work = Array.from({ length: deepest + 1 }, (_, depth) => 50 ** (1 - depth / deepest));
    return { ...backbone, work };
  }),
};

/** The work of a search of the costly space until it is within 0.01 of the optimum, or of 150 trials. */
export function costToOptimum(name: string, seed: number): number {
  const history: ObservedTrial[] = [];
  let spent = 0;
  while (history.length < 150) {
    const trial = next(name, costlySpace, history, seed);
    history.push(trial);
    spent += workOf(costlySpace, trial.configuration);
    if (objective(trial.configuration) >= 0.91) break;
  }
  return spent;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}
