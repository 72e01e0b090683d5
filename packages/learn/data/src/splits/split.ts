import { createRandom } from '@espalier/base/random';
import { countLabels, splitNames, type SplitName, type SplittableExample } from '../dataset.js';
import { DatasetError } from '../errors.js';
import { classLabels } from '../labels/classes.js';
import type { LabelKind } from '../labels/kind.js';
import { counted } from '../words.js';
import { assignUnits } from './stratify.js';
import { conflictingDuplicates, unitsOf, type Unit } from './units.js';

/** Indexes into the examples, sorted by the examples' ids; every example is in exactly one. */
export interface Split {
  readonly train: readonly number[];
  readonly validation: readonly number[];
  readonly test: readonly number[];
  readonly notes: readonly string[];
}

export interface SplitOptions {
  readonly seed: number;
  /** Shares of the whole, each in [0, 1), together below 1; 0 leaves a split out. */
  readonly validation?: number;
  readonly test?: number;
  /** Whether groups stay together; by default they do where examples have them. */
  readonly grouped?: boolean;
  /** Splits that examples have by their content, whatever their shares; those of copies and groups go with them. */
  readonly kept?: ReadonlyMap<string, SplitName>;
  /** The kind of the labels, which names the strata; classes by default. */
  readonly labels?: Pick<LabelKind, 'noun' | 'stratum'>;
}

/**
 * Splits so that each stratum of the labels has its shares, the same for the same ids and seed whatever the order of the examples.
 * Splits the dataset fixes are kept, and only a missing one is carved out of the rest. Examples
 * of one group, and files with equal contents, stay together; where they differ in size the
 * shares are met greedily, largest group first.
 *
 * @throws DatasetError where a stratum cannot be in every split or groups contradict fixed splits.
 */
export function splitDataset(labelled: readonly SplittableExample[], options: SplitOptions): Split {
  const kind = options.labels ?? classLabels;
  const examples = labelled.map((example) => ({ ...example, label: kind.stratum(example.label) }));
  const shares = sharesOf(options);
  const grouped = options.grouped ?? examples.some(({ group }) => group !== undefined);
  if (grouped && examples.every(({ group }) => group === undefined)) {
    throw new DatasetError(
      'A grouped split needs groups: name a group column or a group pattern, or split without.',
    );
  }
  const order = examples.map((_, index) => index).sort((a, b) => compareIds(examples, a, b));
  const fixed = fixedSplits(examples, order);
  const open = splitNames.filter(
    (name) => name === 'train' || (fixed[name].length === 0 && shares[name] > 0),
  );
  if (grouped) requireWholeGroups(examples, fixed);

  const units = unitsOf(examples, fixed.train, grouped);
  const { kept, free } = keptUnits(units, examples, options.kept ?? new Map());
  const shuffled = createRandom(options.seed, 'split').shuffle(free);
  const assigned = assignUnits(shuffled, examples, open, { shares, kept });
  const split = { ...fixed };
  for (const name of splitNames) {
    const rest = open.includes(name) ? assigned[name] : fixed[name];
    split[name] = [...rest, ...kept[name]].sort((a, b) => compareIds(examples, a, b));
  }
  requireEveryStratum(examples, split, { shares, grouped, noun: kind.noun });
  return { ...split, notes: notesOf(labelled, fixed, { grouped, noun: kind.noun }) };
}

/** Units whose split is known: each member that has one keeps it, the others go with the first of these. */
function keptUnits(
  units: readonly Unit[],
  examples: readonly SplittableExample[],
  known: ReadonlyMap<string, SplitName>,
): { readonly kept: Record<SplitName, number[]>; readonly free: Unit[] } {
  const kept: Record<SplitName, number[]> = { train: [], validation: [], test: [] };
  const splitOf = (index: number): SplitName | undefined => known.get(examples[index]?.contentHash ?? '');
  const free = units.filter((unit) => {
    const first = unit.map(splitOf).find((name) => name !== undefined);
    if (first === undefined) return true;
    for (const index of unit) kept[splitOf(index) ?? first].push(index);
    return false;
  });
  return { kept, free };
}

type Shares = Readonly<Record<SplitName, number>>;

function sharesOf({ validation = 0.15, test = 0.15 }: SplitOptions): Shares {
  const valid = [validation, test].every((share) => share >= 0 && share < 1);
  if (!valid || validation + test >= 1) {
    throw new DatasetError(
      `The shares of validation (${validation}) and test (${test}) must lie in 0..1 and leave some to train.`,
    );
  }
  return { train: 1 - validation - test, validation, test };
}

/** Indexes in id order; what the dataset leaves open is under `train`. */
function fixedSplits(
  examples: readonly SplittableExample[],
  order: readonly number[],
): Record<SplitName, number[]> {
  const fixed: Record<SplitName, number[]> = { train: [], validation: [], test: [] };
  for (const index of order) fixed[examples[index]?.split ?? 'train'].push(index);
  return fixed;
}

function requireWholeGroups(
  examples: readonly SplittableExample[],
  fixed: Readonly<Record<SplitName, readonly number[]>>,
): void {
  const splitOfGroup = new Map<string, SplitName>();
  for (const name of splitNames) {
    for (const index of fixed[name]) {
      const group = examples[index]?.group;
      if (group === undefined) continue;
      const other = splitOfGroup.get(group) ?? name;
      if (other !== name) {
        throw new DatasetError(
          `The dataset puts group "${group}" in both ${other} and ${name}; ` +
            'correct its splits, or split without groups.',
        );
      }
      splitOfGroup.set(group, name);
    }
  }
}

interface Manner {
  readonly grouped: boolean;
  readonly noun: string;
}

function requireEveryStratum(
  examples: readonly SplittableExample[],
  split: Readonly<Record<SplitName, readonly number[]>>,
  { shares, grouped, noun }: Manner & { readonly shares: Shares },
): void {
  const strata = 1 + examples.reduce((most, { label }) => Math.max(most, label), -1);
  const present = countLabels(examples, strata);
  for (const name of splitNames) {
    if (split[name].length === 0 && shares[name] === 0) continue;
    const counts = countLabels(
      split[name].map((index) => examples[index] as SplittableExample),
      strata,
    );
    const label = counts.findIndex((count, index) => count === 0 && (present[index] ?? 0) > 0);
    if (label < 0) continue;
    const example = examples.find((candidate) => candidate.label === label);
    const advice = grouped ? 'It needs more groups' : 'It needs more examples that differ';
    throw new DatasetError(
      `The ${noun} of ${example?.id} (${counted(present[label] ?? 0, 'example')}) has none in the ${name} split. ${advice}.`,
    );
  }
}

function notesOf(
  examples: readonly SplittableExample[],
  fixed: Readonly<Record<SplitName, readonly number[]>>,
  { grouped, noun }: Manner,
): string[] {
  const kept = splitNames.filter((name) => name !== 'train' && fixed[name].length > 0);
  const notes = kept.length > 0 ? [`Kept the dataset's own ${kept.join(' and ')} split.`] : [];
  if (grouped) {
    const groups = new Set(examples.flatMap(({ group }) => group ?? []));
    notes.push(
      groups.size === 1
        ? 'Kept the examples of the only group together.'
        : `Kept the examples of each of ${groups.size} groups together.`,
    );
  }
  const { duplicates, conflicts } = conflictingDuplicates(examples);
  if (duplicates > 0)
    notes.push(
      `Kept ${counted(duplicates, 'copy of another example with its original', 'copies of other examples with their originals')}.`,
    );
  if (conflicts > 0)
    notes.push(`${counted(conflicts, 'example occurs', 'examples occur')} under more than one ${noun}.`);
  return notes;
}

function compareIds(examples: readonly SplittableExample[], a: number, b: number): number {
  const [first, second] = [examples[a]?.id ?? '', examples[b]?.id ?? ''];
  return first < second ? -1 : first > second ? 1 : a - b;
}
