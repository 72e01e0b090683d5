import { SearchError } from '../errors.js';
import { constantSchedule } from './constant.js';
import { cosineSchedule } from './cosine.js';
import { oneCycleSchedule } from './oneCycle.js';
import { plateauSchedule } from './plateau.js';
import type { Moment, Schedule } from './schedule.js';

export const scheduleNames = ['constant', 'cosine', 'one-cycle', 'plateau'] as const;

export type ScheduleName = (typeof scheduleNames)[number];

const schedules: Readonly<Record<ScheduleName, Schedule>> = {
  constant: constantSchedule,
  cosine: cosineSchedule,
  'one-cycle': oneCycleSchedule,
  plateau: plateauSchedule,
};

/** @throws SearchError where no schedule has the name. */
export function createSchedule(name: ScheduleName): Schedule {
  if (!Object.hasOwn(schedules, name)) {
    throw new SearchError(`There is no schedule called ${name}, choose one of ${scheduleNames.join(', ')}`);
  }
  const { factor } = schedules[name];
  return {
    name,
    factor: (at) => {
      checkMoment(at);
      return factor(at);
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
