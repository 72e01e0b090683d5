import { viewCount, type PolicyName, type ScannedExample } from '@espalier/data';
import { StudyError } from '../errors.js';
import type { StudyData } from '../study/examples.js';
import type { StudyRequest } from '@espalier/study';

/** What the activations of a study's backbones may take together. */
export interface CacheBudget {
  /**
   * Sets the room for a backbone aside.
   *
   * @returns the augmentation policies whose views fit; what does not is left out, and `none` remains
   * @throws StudyError where the plain examples alone do not fit
   */
  admit(
    id: string,
    wanted: readonly PolicyName[],
    settings: Pick<StudyRequest, 'training'>,
    data: Pick<StudyData, 'splits' | 'modality'>,
    bytesOf: (example: ScannedExample) => number,
  ): readonly PolicyName[];
  /** Sets room aside that can be done without; says whether there is as much. */
  spare(bytes: number): boolean;
}

export const advice =
  'raise --cache-size, search fewer freeze depths with --depths, or drop the baseline from random weights with --no-baseline';

const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GB`;

export function createCacheBudget(limit: number): CacheBudget {
  let total = 0;
  return {
    admit: (id, wanted, { training }, { splits, modality }, bytesOf) => {
      const bytes = (examples: readonly ScannedExample[]): number =>
        examples.reduce((sum, example) => sum + bytesOf(example), 0);
      const train = bytes(splits.train);
      total += train + bytes(splits.validation) + bytes(splits.test);
      if (total > limit) {
        throw new StudyError(
          `the activations of ${id} need ${gigabytes(total)} and the cache may take ${gigabytes(limit)}: ${advice}`,
        );
      }
      const kept = wanted.filter((policy) => {
        const extra = (viewCount(modality, policy, training.views) - 1) * train;
        if (total + extra > limit) return false;
        total += extra;
        return true;
      });
      return kept.length > 0 ? kept : ['none'];
    },
    spare: (bytes) => {
      if (total + bytes > limit) return false;
      total += bytes;
      return true;
    },
  };
}
