import { nouns } from '@espalier/data';
import {
  faultOfRanges,
  onlyValue,
  searchSpaceSchema,
  type Configuration,
  type Domain,
  type Fault,
  type Range,
  type Ranges,
  type SearchSpace,
} from '@espalier/study';
import { faultOf } from '@espalier/transfer';
import type { Dimension, Member } from '../dimensions/dimension.js';
import { dimensions } from '../dimensions/index.js';
import { SearchError } from '../errors.js';
import type { Recipe } from '../recipe.js';
import { canBeAlive } from './searched.js';

/** The domains of all dimensions. */
const domains = (): ReadonlyMap<string, Domain> =>
  new Map(dimensions.entries().map(([name, { domain }]) => [name, domain]));

function faultOfSpace(space: SearchSpace): Fault | null {
  for (const [i, { ranges }] of space.backbones.entries()) {
    const fault = faultOfRanges(ranges, domains());
    if (fault !== null) return { ...fault, path: ['backbones', i, ...fault.path] };
  }
  const fault = faultOfRanges(space.ranges, domains());
  if (fault !== null) return fault;
  const [issue] = searchSpaceSchema.safeParse(space).error?.issues ?? [];
  return issue === undefined ? null : { path: issue.path, reason: faultOf(issue) };
}

/** @throws SearchError saying where a space cannot be searched */
export function checkSpace(space: SearchSpace): void {
  const fault = faultOfSpace(space);
  if (fault === null) return;
  const place = fault.path.map(String).join('.') || 'the space';
  throw new SearchError(`The search space cannot be searched, correct ${place}: ${fault.reason}`);
}

/**
 * The space of a study: for each dimension that has a meaning for the backbones what is asked, or else
 * what is usual, as far as it is possible.
 *
 * @throws SearchError where something that is asked is not possible
 */
export function spaceOf(asked: Ranges, members: readonly Member[]): SearchSpace {
  requireMeaning(asked, members);
  const rangeFor = (name: string, dimension: Dimension, member: Member): Range | null => {
    const { usual, narrow, modalities, absent } = dimension;
    if (modalities !== undefined && !modalities.includes(member.modality)) return null;
    if (!canBeAlive(dimension, asked)) return null;
    const range = asked[name] ?? usual(member);
    if (absent !== undefined && onlyValue(range) === absent) return null;
    return narrow === undefined ? range : narrow(range, member);
  };
  const rangesOf = (member: Member, ofBackbone: boolean): Ranges => {
    const kept = dimensions
      .entries()
      .filter(([, dimension]) => (dimension.ofBackbone ?? false) === ofBackbone);
    const found = kept.map(([name, dimension]) => [name, rangeFor(name, dimension, member)] as const);
    return Object.fromEntries(found.filter((entry): entry is readonly [string, Range] => entry[1] !== null));
  };
  const [first, ...others] = members;
  if (first === undefined) throw new SearchError('a search needs a backbone');
  // What all share has to be possible for each of them.
  const policies = first.policies.filter((one) => others.every((member) => member.policies.includes(one)));
  const space = {
    backbones: members.map((member) => ({
      ...{ id: member.id, ranges: rangesOf(member, true) },
      ...(member.work !== undefined && { work: member.work }),
    })),
    ranges: rangesOf({ ...first, policies }, false),
  };
  checkSpace(space);
  return space;
}

/** @throws SearchError where a range is asked of a dimension that has no meaning beside the others, or for the data */
function requireMeaning(asked: Ranges, members: readonly Member[]): void {
  for (const [name, { label, modalities, when = {} }] of dimensions.entries()) {
    if (asked[name] === undefined) continue;
    const [{ modality } = { modality: undefined }] = members;
    if (modality !== undefined && modalities?.includes(modality) === false) {
      throw new SearchError(
        `${label.toLowerCase()} is searched for ${modalities.map((one) => `${nouns[one]}s`).join(' and ')} only, and not for ${nouns[modality]}s: leave it out`,
      );
    }
    if (canBeAlive({ when }, asked)) continue;
    const needed = Object.entries(when).map(([other, values]) => `${other} ${values.join(' or ')}`);
    throw new SearchError(
      `${label.toLowerCase()} is searched with ${needed.join(' and ')} only: search that too, or leave ${label.toLowerCase()} out`,
    );
  }
}

/**
 * How a configuration is trained.
 *
 * @param settings of the study: what all its trials have in common
 * @param asked ranges of the study; those of a single value hold where the configuration does not say
 */
export function recipeOf(settings: Recipe, asked: Ranges, { values }: Pick<Configuration, 'values'>): Recipe {
  return dimensions.entries().reduce((recipe, [name, { take }]) => {
    const range = asked[name];
    const value = values[name] ?? (range === undefined ? null : onlyValue(range));
    return value === null ? recipe : take(recipe, value);
  }, settings);
}
