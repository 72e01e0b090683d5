import type { AddedBackbone, Study } from './api';
import { duration, percent, rate } from './format';

/** What a study was asked, with its defaults. */
export type Asked = NonNullable<Study['asked']>;

type Dimension = Asked['learningRate'];

/** A range or list of numbers, each as it is written. */
function spread(dimension: Dimension, write: (value: number) => string): string {
  if (dimension.kind === 'choices') return dimension.values.map(write).join(', ');
  const range = `${write(dimension.low)} to ${write(dimension.high)}`;
  return dimension.kind === 'logUniform' ? `${range}, by powers of ten` : range;
}

const samplers: Readonly<Record<string, string>> = {
  tpe: 'TPE, which learns from the trials before',
  random: 'random',
  grid: 'grid',
};

const pruners: Readonly<Record<string, string>> = {
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

/**
 * The settings of a study in words, in the order in which a person asks for them.
 *
 * @param added backbones of its project
 */
export function inWords(
  asked: Asked,
  added: readonly Added[],
): readonly (readonly [name: string, text: string])[] {
  const { budget, training, dataset, freezeDepths, augmentation } = asked;
  const steps = `at most ${budget.epochs} ${budget.epochs === 1 ? 'epoch' : 'epochs'} each`;
  return [
    ['Backbones', asked.backbones.map((one) => backboneName(one, added)).join(', ')],
    [
      'Trials',
      budget.trials === null ? `as many as the time allows, ${steps}` : `${budget.trials}, ${steps}`,
    ],
    ['Time', budget.seconds === null ? 'no limit' : `at most ${duration(budget.seconds)}`],
    ['Sampler', samplers[asked.sampler] ?? asked.sampler],
    ['Trials that fall behind', pruners[asked.pruner] ?? `decided by ${asked.pruner}`],
    ['Freeze depths', freezeDepths?.join(', ') ?? 'chosen for each backbone'],
    ['Learning rate of the head', spread(asked.learningRate, rate)],
    ['Layer decay', spread(asked.layerDecay, String)],
    ['Weight decay', spread(asked.weightDecay, String)],
    ['Augmentation', augmentation?.join(', ') ?? 'the usual ones'],
    ['Training', `${training.optimizer}, ${training.schedule} schedule, ${training.batch} examples a step`],
    ['Label smoothing', percent(training.labelSmoothing)],
    ['Dropout before the head', percent(training.dropout)],
    ['Patience', training.patience === null ? 'no end before the last epoch' : `${training.patience} epochs`],
    ['Classes count', classWeights[training.classWeights]],
    ['Held out', `${percent(dataset.validation)} to validate, ${percent(dataset.test)} to test`],
    ['Compared with random weights', asked.scratch ? 'yes' : 'no'],
    ['For commercial use', asked.commercial ? 'yes' : 'no'],
    ['Seed', String(asked.seed)],
  ];
}
