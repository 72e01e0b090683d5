import { inSentence, writeAmount } from '@espalier/study/words';
import { typedOf } from '@espalier/search/typed';
import type { AddedBackbone, Offer, Study } from '../server/api';
import { duration, percent, rate } from '../format';

/** The request of a study, with its defaults. */
export type StudyRequest = NonNullable<Study['asked']>;

type Range = StudyRequest['space'][string];

/** Formats a range or list of values. */
function spread(range: Range): string {
  if (range.kind === 'choices') {
    return range.values.map((value) => (typeof value === 'number' ? written(value) : value)).join(', ');
  }
  const ends = `${written(range.low)} to ${written(range.high)}`;
  return range.kind === 'logUniform' ? `${ends}, on a logarithmic scale` : ends;
}

/** Formats a number; small ones are rates. */
const written = (value: number): string =>
  value !== 0 && Math.abs(value) < 0.01 ? rate(value) : String(value);

const classWeights = {
  auto: 'equal, if the largest class has more than ten times the examples of the smallest',
  none: 'by number of examples',
  balanced: 'alike',
} as const;

type Added = Pick<AddedBackbone, 'reference' | 'name'>;

/** Name of a backbone for people: an added one is known to a study by its id. */
export const backboneName = (reference: string, added: readonly Added[]): string =>
  added.find((one) => one.reference === reference)?.name ?? reference;

/** What people call a metric; one that is not offered here goes by its name. */
export const objectiveName = (name: string, objectives: Offer['objectives']): string =>
  objectives.find((one) => one.name === name)?.label ?? name;

/** What the answer may cost, and what is weighed beside its metric; a cost that is unknown here goes by its name. */
function costsInWords(
  { limits = {}, also = [] }: StudyRequest,
  costs: Offer['costs'],
): readonly (readonly [name: string, text: string])[] {
  const labelOf = (name: string): string => inSentence(costs.find((one) => one.name === name)?.label ?? name);
  const written = Object.entries(limits).map(([name, limit]) => {
    const units = costs.find((one) => one.name === name)?.units ?? [];
    return `${labelOf(name)} ${writeAmount(units, limit)}`;
  });
  return [
    ...(written.length === 0 ? [] : [['Limits', written.join(', ')] as const]),
    ...(also.length === 0 ? [] : [['Weighed beside the metric', also.map(labelOf).join(', ')] as const]),
  ];
}

/**
 * Describes the settings of a study, in the order of the wizard.
 *
 * @param added backbones of its project
 * @param offer labels of the dimensions; a study can search dimensions that are missing here
 */
export function inWords(
  asked: StudyRequest,
  added: readonly Added[],
  { dimensions, objectives, titles, costs }: Pick<Offer, 'dimensions' | 'objectives' | 'titles' | 'costs'>,
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
    ...costsInWords(asked, costs),
    ['Sampler', titles.samplers[asked.sampler] ?? asked.sampler],
    ['Pruner', titles.pruners[asked.pruner] ?? `decided by ${asked.pruner}`],
    ...dimensions.map(({ name, label, usual, usually }): [string, string] => {
      const range = space[name] ?? usual;
      return [label, range === null ? usually : spread(range)];
    }),
    ...others.map(([name, range]): [string, string] => [name, typedOf(range)]),
    ['Training', `${training.optimizer}, ${training.schedule} schedule`],
    [
      'Patience',
      training.patience === null ? 'none: training runs to the last epoch' : `${training.patience} epochs`,
    ],
    ['Class weights', classWeights[training.classWeights]],
    ['Held out', `${percent(dataset.validation)} for validation, ${percent(dataset.test)} for the test`],
    ['Baseline from random weights', asked.baseline ? 'yes' : 'no'],
    ['Commercial use', asked.commercial ? 'yes' : 'no'],
    ['Seed', String(asked.seed)],
  ];
}
