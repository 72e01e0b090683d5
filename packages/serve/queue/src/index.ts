export { claimTask, type ClaimedTask, type Claimant } from './tasks/claim.js';
export {
  cancelStudy,
  continueStudy,
  pauseStudy,
  setPriority,
  submitStudy,
  type NewStudy,
} from './studies/control.js';
export { countQueue, type QueueCounts } from './workers/counts.js';
export { LostClaimError } from '@espalier/study/storage';
export { QueueError } from './errors.js';
export { extendStudy } from './studies/extend.js';
export { recordFinish, type KeptFile, type StudyOutcome } from './tasks/finish.js';
export { fingerprintOf, planSchema, readRequest, type Plan } from './studies/plan.js';
export { findLeftovers, forgetLeftovers, isNamed, type Leftovers } from './history/leftovers.js';
export type { Claim } from './tasks/held.js';
export { keepProgress, taskProgressSchema, type TaskProgress, type ToldProgress } from './tasks/progress.js';
export { openQueue, type Queue, type Ticket } from './queue.js';
export {
  decide,
  secondsLeft,
  recordCrash,
  recordFailure,
  recordPlan,
  recordTrial,
  release,
  weightsOf,
  type FoundBackbone,
  type StudyPlan,
  type TrialResult,
} from './tasks/record.js';
export { hasEnded, removeStudy, retireStudy } from './studies/remove.js';
export { readMeasured } from './history/measured.js';
export { readTrials } from './studies/rows.js';
export {
  openStudyStorage,
  orRemoved,
  type CheckpointFiles,
  type QueueStorageOptions,
} from './history/storage.js';
export { sweep, type SweepOptions } from './tasks/sweep.js';
export { waitingStudies, type Waits } from './workers/waits.js';
export {
  beat,
  capabilitiesSchema,
  featureKey,
  goneWorkers,
  LOST_SECONDS,
  registerWorker,
  retireWorker,
  type Capabilities,
  type HeldTask,
  type WorkerIdentity,
} from './workers/workers.js';
