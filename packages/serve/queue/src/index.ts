export { claimTask, type ClaimedTask, type Claimant } from './claim.js';
export {
  cancelStudy,
  continueStudy,
  pauseStudy,
  setPriority,
  submitStudy,
  type NewStudy,
} from './control.js';
export { countQueue, type QueueCounts } from './counts.js';
export { LostClaimError } from '@espalier/study/storage';
export { QueueError } from './errors.js';
export { extendStudy } from './extend.js';
export { recordFinish, type KeptFile, type StudyOutcome } from './finish.js';
export { fingerprintOf, planSchema, readRequest, type Plan } from './plan.js';
export { findLeftovers, forgetLeftovers, isNamed, type Leftovers } from './leftovers.js';
export type { Claim } from './held.js';
export { keepProgress, taskProgressSchema, type TaskProgress, type ToldProgress } from './progress.js';
export { openQueue, type Queue, type Ticket } from './queue.js';
export {
  decide,
  recordCrash,
  recordFailure,
  recordPlan,
  recordTrial,
  release,
  weightsOf,
  type FoundBackbone,
  type StudyPlan,
  type TrialResult,
} from './record.js';
export { hasEnded, removeStudy, retireStudy } from './remove.js';
export { readTrials } from './rows.js';
export { openStudyStorage, orRemoved, type CheckpointFiles, type QueueStorageOptions } from './storage.js';
export { sweep, type SweepOptions } from './sweep.js';
export { waitingStudies, type Waits } from './waits.js';
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
} from './workers.js';
