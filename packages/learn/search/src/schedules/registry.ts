import { registry } from '@espalier/base';
import { SearchError } from '../errors.js';
import { constantSchedule } from './constant.js';
import { cosineSchedule } from './cosine.js';
import { oneCycleSchedule } from './oneCycle.js';
import { plateauSchedule } from './plateau.js';
import type { Moment, Schedule } from './schedule.js';

export const schedules = registry<Schedule>('schedule', SearchError).of({
  constant: constantSchedule,
  cosine: cosineSchedule,
  'one-cycle': oneCycleSchedule,
  plateau: plateauSchedule,
});

/**
 * The schedule of a name, which refuses moments that there are not.
 *
 * @throws SearchError where no schedule has the name
 */
export function createSchedule(name: string): Schedule {
  const schedule = schedules.get(name);
  return {
    ...schedule,
    factor: (at) => {
      checkMoment(at);
      return schedule.factor(at);
    },
  };
}

function checkMoment({ step, totalSteps, stepsPerEpoch }: Moment): void {
  const counts = [step, totalSteps, stepsPerEpoch];
  if (!counts.every(Number.isInteger) || step < 0 || step >= totalSteps || stepsPerEpoch < 1) {
    throw new SearchError(
      `A schedule needs a whole step from 0 to below totalSteps and one step an epoch or more, correct ` +
        `step ${step} of ${totalSteps} with ${stepsPerEpoch} an epoch`,
    );
  }
}
