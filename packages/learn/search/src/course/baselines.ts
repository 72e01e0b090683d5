import { baselineTrials, ranked, type Configuration } from '@espalier/study';
import { dimensions } from '../dimensions/index.js';
import { isAlive, type Values } from '../space/searched.js';
import type { Course, NewTrial } from './course.js';
import { fitsBaseline } from './reserve.js';

type Compared = Pick<Course, 'settings' | 'trainable' | 'trials'>;

/**
 * The baselines of a study: the best trial's network from random weights, once for each of the settings'
 * rates. Nothing of it is frozen, and all of it learns at the rate of the head.
 */
export function baselinesOf(course: Compared): readonly Configuration[] {
  const { settings, trainable } = course;
  const [winner] = ranked(course.trials);
  if (!settings.baseline || winner === undefined) return [];
  const { backbone } = winner.configuration;
  if (!trainable.includes(backbone)) return [];
  const values = ofTuning(winner.configuration.values);
  return settings.baselineRates.map((learningRate) => ({
    backbone,
    values: { ...values, ...wholeNetwork(values), learningRate },
  }));
}

/** Of a configuration what training by gradient descent takes. */
const ofTuning = (values: Values): Values =>
  Object.fromEntries(
    Object.entries(values).filter(([name]) => name !== 'method' && isAlive(dimensions.get(name), {})),
  );

/** What of a configuration is another where the whole network is trained from random weights. */
const wholeNetwork = (values: Values): Values =>
  Object.fromEntries(
    dimensions.entries().flatMap(([name, { whole, absent }]) => {
      const isUsual = values[name] === undefined && absent !== undefined;
      return whole === undefined || isUsual ? [] : [[name, whole] as const];
    }),
  );

/** Whether two baselines are of the same network and learn at the same rate. */
const isSame = (a: Configuration, b: Configuration): boolean =>
  a.backbone === b.backbone && a.values['learningRate'] === b.values['learningRate'];

/** The next baseline that was not begun; those of an earlier winner, of another network, do not count. */
export function missingBaseline(course: Course): NewTrial | null {
  const begun = baselineTrials(course.trials);
  const missing = baselinesOf(course).find(
    (wanted) => !begun.some(({ configuration }) => isSame(configuration, wanted)),
  );
  return missing === undefined || !fitsBaseline(course, missing)
    ? null
    : { role: 'baseline', number: begun.length, configuration: missing };
}

/** The baselines that say something of a study's winner, as far as they were begun. */
export const comparedBaselines = (course: Compared) =>
  baselineTrials(course.trials).filter(({ configuration }) =>
    baselinesOf(course).some((wanted) => isSame(configuration, wanted)),
  );
