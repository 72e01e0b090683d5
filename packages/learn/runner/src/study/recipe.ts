import type { PolicyName } from '@espalier/data';
import { recipeOf, type Recipe } from '@espalier/search';
import type { Configuration, Ranges, SearchSpace, StudyRequest } from '@espalier/study';

/** What holds where neither a configuration nor the study says anything: nothing is done. */
const plain = {
  freezeDepth: 0,
  frozenTail: 0,
  adapterRank: 0,
  normalisation: 'train',
  start: 'probe',
  augmentation: 'none',
  learningRate: 1e-3,
  rangeTest: 'off',
  layerDecay: 1,
  weightDecay: 0,
  decayTowards: 'zero',
  dropout: 0,
  labelSmoothing: 0,
  mixup: 0,
  averaging: 'none',
  batch: 32,
} satisfies Partial<Recipe>;

/** What a recipe is made by, besides its configuration. */
export interface Asked {
  readonly settings: Pick<StudyRequest, 'training' | 'space'>;
  readonly space: Pick<SearchSpace, 'ranges'>;
}

const rangesOf = ({ settings, space }: Asked): Ranges => ({ ...space.ranges, ...settings.space });

/** How a configuration of a study is trained. */
export const recipeFor = (asked: Asked, configuration: Pick<Configuration, 'values'>): Recipe =>
  recipeOf({ ...plain, ...asked.settings.training }, rangesOf(asked), configuration);

/** What all trials of a study have in common; `batch` is that of passes through a frozen network, too. */
export const commonRecipe = (settings: Asked['settings']): Recipe =>
  recipeFor({ settings, space: { ranges: {} } }, { values: {} });

/** The policy of a recipe. Which there are was checked when the space was made. */
export const policyOf = ({ augmentation }: Pick<Recipe, 'augmentation'>): PolicyName => augmentation;
