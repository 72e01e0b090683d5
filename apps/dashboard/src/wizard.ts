import type { Backbone, NewStudy } from './api';
import { moreOf, nothingMore, type More } from './more';

/** How much a search may do. */
export const efforts = [
  { value: 'quick', label: 'A quick look', hint: '4 trials of at most 5 epochs', trials: 4, epochs: 5 },
  { value: 'usual', label: 'As usual', hint: '12 trials of at most 10 epochs', trials: 12, epochs: 10 },
  { value: 'deep', label: 'To the bottom', hint: '40 trials of at most 30 epochs', trials: 40, epochs: 30 },
] as const;
export type Effort = (typeof efforts)[number]['value'];

/** What one chooses; everything else has a default on the server. */
export interface Choices {
  readonly name: string;
  readonly backbones: readonly string[];
  readonly effort: Effort;
  /** Instead of the effort's. */
  readonly trials: number | null;
  readonly epochs: number | null;
  readonly minutes: number | null;
  readonly depths: string;
  readonly sampler: 'tpe' | 'random' | 'grid';
  readonly prune: boolean;
  readonly scratch: boolean;
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
  depths: '',
  sampler: 'tpe',
  prune: true,
  scratch: true,
  commercial: false,
  seed: 0,
  more: nothingMore,
};

/** The backbones for a modality, those that need no download first. */
export const suited = (backbones: readonly Backbone[], modality: string | null): readonly Backbone[] =>
  backbones
    .filter((one) => one.modality === modality)
    .sort((a, b) => Number(b.embedded) - Number(a.embedded) || a.id.localeCompare(b.id));

/**
 * What one should know of a small network that comes along, where one is chosen; null where none is.
 *
 * @param chosen ids of the networks
 * @param offered those that can be chosen instead, of the same modality
 */
export function smallNote(chosen: readonly string[], offered: readonly Backbone[]): string | null {
  const small = offered.filter(({ id, embedded }) => embedded && chosen.includes(id) && id.endsWith('-mini'));
  if (small.length === 0) return null;
  const names = small.map(({ id }) => id).join(' and ');
  const larger = offered.find(({ checkpoint }) => checkpoint?.startsWith('hf:') === true)?.id;
  const such = larger === undefined ? '' : `, such as ${larger}`;
  return `${names} is a small network for work without a connection; for the best result, choose a network of the Hugging Face hub${such}.`;
}

/** Freeze depths as they are typed, such as `0, 4, 8`; null where they are none. */
export function depthsOf(text: string): number[] | null {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '');
  return parts.every((part) => /^\d{1,4}$/.test(part)) ? parts.map(Number) : null;
}

/** What the server is asked. */
export function studyOf(datasetId: string, choices: Choices): NewStudy {
  const effort = efforts.find(({ value }) => value === choices.effort) ?? efforts[1];
  const [first, ...others] = depthsOf(choices.depths) ?? [];
  const more = moreOf(choices.more);
  return {
    datasetId,
    name: choices.name.trim(),
    search: {
      ...more,
      ...(choices.backbones.length > 0 && { backbones: [...choices.backbones] }),
      ...(first !== undefined && { freezeDepths: [first, ...others] }),
      sampler: choices.sampler,
      pruner: choices.prune ? 'asha' : 'none',
      scratch: choices.scratch,
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
