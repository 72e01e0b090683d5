import type { Objective, SearchSpace } from '@espalier/study';
import type { DatasetFacts, EarlierTrial, ExperienceRow } from '@espalier/study/experience';
import { treeOf } from '../samplers/tree.js';

/** Trials of earlier studies that a study takes at most, and of one of them. */
const [MOST, OF_ONE] = [32, 8];

/** The study that begins. */
export interface Beginning {
  readonly task: string;
  readonly objective: Pick<Objective, 'name' | 'direction'>;
  readonly space: SearchSpace;
  /** Fingerprint of each backbone, in the order of the space. */
  readonly models: readonly string[];
  readonly dataset: DatasetFacts;
}

/**
 * Chooses what a study learns from earlier ones: trials of the same backbones at configurations that it may try, by
 * the same objective; of studies whose examples and classes are about as many first, the best half and the last half.
 */
export function chooseExperience(rows: readonly ExperienceRow[], beginning: Beginning): EarlierTrial[] {
  const { task, objective, space, models, dataset } = beginning;
  const tree = treeOf(space);
  const usable = rows.flatMap((row) => {
    const id = space.backbones[models.indexOf(row.backbone.fingerprint)]?.id;
    const alike =
      row.task === task &&
      row.objective.name === objective.name &&
      row.objective.direction === objective.direction;
    if (!alike || id === undefined || (row.gain === null && row.status !== 'failed')) return [];
    const configuration = { backbone: id, values: row.values };
    return tree.placeOf(configuration) === null ? [] : [{ row, configuration }];
  });
  const studies = new Map<string, typeof usable>();
  for (const one of usable) studies.set(one.row.study, [...(studies.get(one.row.study) ?? []), one]);
  return [...studies.values()]
    .sort(([a], [b]) => distance(a?.row, dataset) - distance(b?.row, dataset) || later(a?.row, b?.row))
    .flatMap((own) => informative(own))
    .slice(0, MOST)
    .map(({ row: { study, gain }, configuration }) => ({ study, configuration, gain }));
}

const distance = (row: ExperienceRow | undefined, { examples, classes }: DatasetFacts): number =>
  row === undefined
    ? Infinity
    : Math.abs(Math.log(row.dataset.examples / examples)) + Math.abs(Math.log(row.dataset.classes / classes));

/** The newer first. */
function later(a: ExperienceRow | undefined, b: ExperienceRow | undefined): number {
  const [one, other] = [a?.startedAt ?? '', b?.startedAt ?? ''];
  return Number(one < other) - Number(one > other);
}

function informative<T extends { readonly row: ExperienceRow }>(own: readonly T[]): readonly T[] {
  if (own.length <= OF_ONE) return own;
  const gainOf = ({ row: { gain } }: T): number => gain ?? -Infinity;
  const best = own.toSorted((a, b) => gainOf(b) - gainOf(a)).slice(0, OF_ONE / 2);
  return [...best, ...own.filter((one) => !best.includes(one)).slice(-OF_ONE / 2)];
}

/** Says what a study knows of earlier ones; nothing where that is nothing. */
export function experienceNotes(known: readonly EarlierTrial[]): string[] {
  if (known.length === 0) return [];
  const studies = new Set(known.map(({ study }) => study)).size;
  const [trials, others] = [
    known.length === 1 ? '1 trial' : `${known.length} trials`,
    studies === 1 ? '1 earlier study' : `${studies} earlier studies`,
  ];
  return [`The sampler knows ${trials} of ${others} with the same backbones.`];
}
