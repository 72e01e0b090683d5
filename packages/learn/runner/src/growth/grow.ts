import { counted, nouns, splitNames, type SplitName } from '@espalier/data';
import { keyOf, isInSpace } from '@espalier/search';
import type { Growth, SearchSpace, StudyRequest } from '@espalier/study';
import { StudyError } from '../errors.js';
import type { StudyData } from '../study/examples.js';
import { readWeights, type Weights } from '../training/checkpoint.js';
import { earlierTrial, type Earlier } from './earlier.js';
import { splitsByContent } from './files.js';

/** Trials that repeat the earlier study's best: more would leave little to search. */
const MOST_FIRST = 3;

/** @throws StudyError where a study cannot grow another, because they ask for something else */
export function requireSameTask({ task, folder }: Earlier, settings: StudyRequest): void {
  if (settings.task === task) return;
  throw new StudyError(
    `the study in ${folder} is one of ${task}, and a study of ${settings.task} cannot grow it; leave --task out, or search without --from`,
  );
}

/** @throws StudyError where the examples are of another kind */
export function requireSameModality({ modality, folder }: Earlier, data: StudyData): void {
  if (data.modality === modality) return;
  throw new StudyError(
    `the study in ${folder} is of ${nouns[modality]}s and the dataset ${data.name} holds ${nouns[data.modality]}s; search without --from`,
  );
}

/** The first trials of a study that grows another: the best that the earlier one tried and this one can try. */
export function growthOf(earlier: Earlier, space: SearchSpace): Growth {
  const possible = earlier.trials.filter(({ configuration }) => isInSpace(space, configuration));
  const distinct = new Map(possible.map((trial) => [keyOf(trial.configuration), trial]));
  const ranks = ['best', 'second best', 'third best'] as const;
  return {
    folder: earlier.folder,
    first: [...distinct.values()].slice(0, MOST_FIRST).map(({ configuration, number }, place) => ({
      configuration,
      why: `The study that this one grows did ${ranks[place]} with it (its trial ${number}).`,
    })),
  };
}

/** How the examples of a study differ from those of the one it grows. */
export interface ExampleChanges {
  /** Examples of the earlier study, by their contents. */
  readonly before: number;
  readonly now: number;
  readonly found: number;
  readonly added: number;
  readonly gone: number;
  readonly newClasses: readonly string[];
  readonly goneClasses: readonly string[];
  /** Examples that the earlier study trained on and this one does not, though it has them. */
  readonly moved: number;
}

export function changesSince(
  earlier: Earlier,
  { splits, classes }: Pick<StudyData, 'splits' | 'classes'>,
): ExampleChanges {
  const before = splitsByContent(earlier.splits);
  const now = new Map<string, SplitName>(
    splitNames.flatMap((name) =>
      splits[name].map(({ contentHash }): [string, SplitName] => [contentHash, name]),
    ),
  );
  const found = [...before].filter(([hash]) => now.has(hash));
  return {
    before: before.size,
    now: now.size,
    found: found.length,
    added: now.size - found.length,
    gone: before.size - found.length,
    newClasses: classes.filter((name) => !earlier.classes.includes(name)),
    goneClasses: earlier.classes.filter((name) => !classes.includes(name)),
    moved: found.filter(([hash, split]) => split === 'train' && now.get(hash) !== 'train').length,
  };
}

/** What people should know of the growth before the search begins, a sentence each. */
export function growthNotes(earlier: Earlier, changes: ExampleChanges): string[] {
  const { before, found, added, gone, newClasses, goneClasses } = changes;
  const named = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');
  return [
    `It grows the study in ${earlier.folder}: ${found} of its ${counted(before, 'example')} ${found === 1 ? 'is' : 'are'} there, in the splits they had, and ${added} ${added === 1 ? 'is' : 'are'} new.`,
    ...(gone === 0
      ? []
      : [`${counted(gone, 'example')} of the earlier study ${gone === 1 ? 'is' : 'are'} gone.`]),
    ...(newClasses.length === 0 ? [] : [`New classes: ${named(newClasses)}.`]),
    ...(goneClasses.length === 0 ? [] : [`Classes that are gone: ${named(goneClasses)}.`]),
    ...whyFresh(earlier, changes),
  ];
}

/** Why no trial begins with weights of the earlier study; none where they may. */
function whyFresh({ trials }: Earlier, { moved, newClasses, goneClasses }: ExampleChanges): string[] {
  if (trials.length === 0) return [];
  if (moved > 0) {
    return [
      `${counted(moved, 'example')} that the earlier study trained on ${moved === 1 ? 'is' : 'are'} now in another split, so no trial begins with its weights.`,
    ];
  }
  if (newClasses.length === 0 && goneClasses.length === 0) return [];
  return ['The classes have changed, so no trial begins with weights of the earlier study.'];
}

/** What a trial can begin with instead of the frozen network. */
export interface WarmStart {
  readonly weights: Weights;
  /** Epochs that the weights were trained for. */
  readonly epochs: number;
}

/** Weights of an earlier study that trials may begin with. */
export interface WarmStarts {
  /** Null where a configuration has none, or it would not be fair to begin with them. */
  of(configuration: Parameters<typeof earlierTrial>[1], model: string): Promise<WarmStart | null>;
}

/**
 * The weights that an earlier study kept of its best trials. They have learnt from its training split alone, so
 * trials may begin with them while all of that is in the training split: otherwise they would know examples that
 * judge them.
 */
export function warmStarts(earlier: Earlier | null, data: StudyData): WarmStarts {
  const fair = earlier !== null && whyFresh(earlier, changesSince(earlier, data)).length === 0;
  return {
    of: async (configuration, model) => {
      const trial = fair ? earlierTrial(earlier, configuration) : undefined;
      if (earlier === null || trial?.model !== model) return null;
      const weights = await readWeights(earlier.weightsPath(trial.number));
      return weights === null ? null : { weights, epochs: trial.epochs };
    },
  };
}
