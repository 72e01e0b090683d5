import type { AugmentationName } from '@espalier/data';
import { viewCount } from './activations.js';
import { StudyError } from './errors.js';
import type { StudyData } from './examples.js';
import type { StudySettings } from './settings.js';

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
    settings: StudySettings,
    data: StudyData,
    bytesPerExample: number,
  ): readonly AugmentationName[];
}

export const advice =
  'raise --cache-size, search fewer freeze depths with --depths, or drop the twin with --no-scratch';

const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GB`;

export function createCacheBudget(limit: number): CacheBudget {
  let total = 0;
  return {
    admit: (id, settings, data, bytesPerExample) => {
      const { train, validation, test } = data.splits;
      total += (train.length + validation.length + test.length) * bytesPerExample;
      if (total > limit) {
        throw new StudyError(
          `the activations of ${id} need ${gigabytes(total)} and the cache may take ${gigabytes(limit)}: ${advice}`,
        );
      }
      const kept = settings.augmentation.filter((policy) => {
        const extra = (viewCount(policy, settings.training.views) - 1) * train.length * bytesPerExample;
        if (total + extra > limit) return false;
        total += extra;
        return true;
      });
      return kept.length > 0 ? kept : ['none'];
    },
  };
}
