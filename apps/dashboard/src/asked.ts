import { typedOf } from '@espalier/search/typed';
import type { AddedBackbone, Offer, Study } from './api';
import { duration, percent, rate } from './format';

/** What a study was asked, with its defaults. */
export type Asked = NonNullable<Study['asked']>;

type Range = Asked['space'][string];

/** A range or list of values, each as it is written. */
function spread(range: Range): string {
  if (range.kind === 'choices') {
    return range.values.map((value) => (typeof value === 'number' ? written(value) : value)).join(', ');
  }
  const ends = `${written(range.low)} to ${written(range.high)}`;
  return range.kind === 'logUniform' ? `${ends}, by powers of ten` : ends;
}

/** Small numbers are rates. */
const written = (value: number): string =>
  value !== 0 && Math.abs(value) < 0.01 ? rate(value) : String(value);

export const samplers: Readonly<Record<string, string>> = {
  tpe: 'TPE, which learns from the trials before',
  random: 'random',
  grid: 'grid',
};

export const pruners: Readonly<Record<string, string>> = {
  asha: 'stopped early (ASHA)',
  none: 'trained to their end',
};

const classWeights = {
  auto: 'alike, where the largest has over ten times the examples of the smallest',
  none: 'by their examples',
  balanced: 'alike',
} as const;

type Added = Pick<AddedBackbone, 'reference' | 'name'>;

/** What people call a backbone: of one that was added its name, where a study has its id. */
export const backboneName = (reference: string, added: readonly Added[]): string =>
  added.find((one) => one.reference === reference)?.name ?? reference;

/** What people call a metric; one that is not offered here goes by its name. */
export const objectiveName = (name: string, objectives: Offer['objectives']): string =>
  objectives.find((one) => one.name === name)?.label ?? name;

/**
 * The settings of a study in words, in the order in which a person asks for them.
 *
 * @param added backbones of its project
 * @param offer with the dimensions' names for people; a study can have some that are not in it
 */
export function inWords(
  asked: Asked,
  added: readonly Added[],
  { dimensions, objectives }: Pick<Offer, 'dimensions' | 'objectives'>,
): readonly (readonly [name: string, text: string])[] {
  const { budget, training, dataset, space } = asked;
  const known = new Set(dimensions.map(({ name }) => name));
  const others = Object.entries(space).filter(([name]) => !known.has(name));
  const steps = `at most ${budget.epochs} ${budget.epochs === 1 ? 'epoch' : 'epochs'} each`;
  return [
    ['Backbones', asked.backbones.map((one) => backboneName(one, added)).join(', ')],
    [
      'Trials',
      budget.trials === null ? `as many as the time allows, ${steps}` : `${budget.trials}, ${steps}`,
    ],
    ['Time', budget.seconds === null ? 'no limit' : `at most ${duration(budget.seconds)}`],
    ...(asked.objective === undefined
      ? []
      : [['Metric of the trials', objectiveName(asked.objective, objectives)] as const]),
    ['Sampler', samplers[asked.sampler] ?? asked.sampler],
    ['Trials that fall behind', pruners[asked.pruner] ?? `decided by ${asked.pruner}`],
    ...dimensions.map(({ name, label, usual, usually }): [string, string] => {
      const range = space[name] ?? usual;
      return [label, range === null ? usually : spread(range)];
    }),
    ...others.map(([name, range]): [string, string] => [name, typedOf(range)]),
    ['Training', `${training.optimizer}, ${training.schedule} schedule`],
    ['Patience', training.patience === null ? 'no end before the last epoch' : `${training.patience} epochs`],
    ['Classes count', classWeights[training.classWeights]],
    ['Held out', `${percent(dataset.validation)} to validate, ${percent(dataset.test)} to test`],
    ['Compared with random weights', asked.baseline ? 'yes' : 'no'],
    ['For commercial use', asked.commercial ? 'yes' : 'no'],
    ['Seed', String(asked.seed)],
  ];
}
