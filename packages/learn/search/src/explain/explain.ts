import { nothingToGain } from '../course/regret.js';
import { searchedSpace, type Course } from '../course/course.js';
import { requestOf } from '../course/request.js';
import { importanceOf, type Importance } from './importance.js';
import { replayRandom, type RandomReplay } from './replay.js';

/** Why a search took the course that it took. */
export interface Explanation {
  readonly importance: readonly Importance[];
  readonly random: RandomReplay | null;
  /** Why another trial is not worth its work, a sentence; null where it is. */
  readonly enough: string | null;
}

/** Explains a search from its history. */
export function explainSearch(
  course: Pick<Course, 'settings' | 'space' | 'objective' | 'probes' | 'trials' | 'measured'>,
): Explanation {
  const request = requestOf({ ...course, space: searchedSpace(course) ?? course.space });
  return {
    importance: importanceOf(request),
    random: replayRandom(request),
    enough: nothingToGain(request),
  };
}
