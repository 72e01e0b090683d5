import type { PreparedBackbone } from '../../backbone/backbone.js';
import type { Recipe } from '@espalier/search';

/**
 * Whether a recipe trains the head alone, on features that are the same for all such recipes: a mixed batch or an
 * anchor is each trial's own, and a range test is of one trainer.
 */
export const isHead = ({
  recipe,
  prepared,
}: {
  readonly recipe: Recipe;
  readonly prepared: Pick<PreparedBackbone, 'stages'>;
}): boolean =>
  recipe.freezeDepth === prepared.stages.length &&
  recipe.adapterRank === 0 &&
  recipe.mixup === 0 &&
  recipe.decayTowards === 'zero' &&
  recipe.rangeTest === 'off';
