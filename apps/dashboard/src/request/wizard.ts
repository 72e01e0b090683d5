import type { Backbone, NewStudy, Offer } from '../server/api';
import { moreOf, nothingMore, type More } from './more';
import { spaceOf, type TypedSpace } from './space';

/** The budgets of a search on offer. */
export const efforts = [
  { value: 'quick', label: 'Quick', hint: '4 trials of at most 5 epochs', trials: 4, epochs: 5 },
  { value: 'usual', label: 'Normal', hint: '12 trials of at most 10 epochs', trials: 12, epochs: 10 },
  { value: 'deep', label: 'Thorough', hint: '40 trials of at most 30 epochs', trials: 40, epochs: 30 },
] as const;
export type Effort = (typeof efforts)[number]['value'];

/** The user's choices; the server has a default for everything else. */
export interface Choices {
  readonly name: string;
  readonly backbones: readonly string[];
  readonly effort: Effort;
  /** Replaces the value of the effort. */
  readonly trials: number | null;
  readonly epochs: number | null;
  readonly minutes: number | null;
  readonly space: TypedSpace;
  readonly sampler: string;
  readonly pruner: string;
  readonly baseline: boolean;
  readonly commercial: boolean;
  readonly seed: number;
  readonly more: More;
}

export const usualChoices: Choices = {
  name: '',
  backbones: [],
  effort: 'usual',
  trials: null,
  epochs: null,
  minutes: null,
  space: {},
  sampler: 'transfer',
  pruner: 'asha',
  baseline: true,
  commercial: false,
  seed: 0,
  more: nothingMore,
};

/** Lists the backbones of a modality, those that need no download first. */
export const suited = (backbones: readonly Backbone[], modality: string | null): readonly Backbone[] =>
  backbones
    .filter((one) => one.modality === modality)
    .sort((a, b) => Number(b.embedded) - Number(a.embedded) || a.id.localeCompare(b.id));

/**
 * Notes the limits of a small bundled network if one is chosen; null where none is.
 *
 * @param chosen ids of the networks
 * @param offered alternatives of the same modality
 */
export function smallNote(chosen: readonly string[], offered: readonly Backbone[]): string | null {
  const small = offered.filter(({ id, embedded }) => embedded && chosen.includes(id) && id.endsWith('-mini'));
  if (small.length === 0) return null;
  const names = small.map(({ id }) => id).join(' and ');
  const larger = offered.find(({ checkpoint }) => checkpoint?.startsWith('hf:') === true)?.id;
  const such = larger === undefined ? '' : `, such as ${larger}`;
  return `${names} ${small.length === 1 ? 'is a small network' : 'are small networks'} for offline use. For the best result, choose a network of the Hugging Face hub${such}.`;
}

/** Builds the request to the server. */
export function studyOf(
  datasetId: string,
  choices: Choices,
  { dimensions, costs }: Pick<Offer, 'dimensions' | 'costs'>,
): NewStudy {
  const effort = efforts.find(({ value }) => value === choices.effort) ?? efforts[1];
  const more = moreOf(choices.more, { costs });
  return {
    datasetId,
    name: choices.name.trim(),
    search: {
      ...more,
      ...(choices.backbones.length > 0 && { backbones: [...choices.backbones] }),
      space: spaceOf(choices.space, dimensions),
      sampler: choices.sampler,
      pruner: choices.pruner,
      baseline: choices.baseline,
      commercial: choices.commercial,
      seed: choices.seed,
      budget: {
        ...more.budget,
        trials: choices.trials ?? effort.trials,
        epochs: choices.epochs ?? effort.epochs,
        ...(choices.minutes !== null && { seconds: 60 * choices.minutes }),
      },
    },
  };
}
