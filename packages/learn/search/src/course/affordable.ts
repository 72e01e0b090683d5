import type { Range, SearchSpace } from '@espalier/study';
import { dimensions } from '../dimensions/index.js';
import type { Course } from './course.js';
import { timeSpent, type Timed } from './reserve.js';

type Member = SearchSpace['backbones'][number];

/**
 * The part of a space in which the first epoch of a trial is expected to end in time: freeze depths that train
 * little enough. Null where that is nothing.
 */
export function affordableSpace(course: Timed & Pick<Course, 'elapsed'>): SearchSpace | null {
  const { space } = course;
  const backbones = space.backbones.flatMap((member): Member[] => {
    const ranges = Object.entries(member.ranges).map(
      ([name, range]) => [name, affordable(course, member, name, range)] as const,
    );
    const left = ranges.filter((entry): entry is readonly [string, Range] => entry[1] !== null);
    return left.length < ranges.length ? [] : [{ ...member, ranges: Object.fromEntries(left) }];
  });
  return backbones.length === 0 ? null : { ...space, backbones };
}

/** The values of a range that fit the time; null for none. Only how much is trained decides about that. */
function affordable(
  course: Timed & Pick<Course, 'elapsed'>,
  { id }: Member,
  name: string,
  range: Range,
): Range | null {
  if (range.kind !== 'choices' || dimensions.get(name).depths !== 'trained') return range;
  const values = range.values.filter(
    (value) => timeSpent(course, { backbone: id, values: { [name]: value } }) === null,
  );
  return values.length === 0 ? null : { ...range, values };
}
