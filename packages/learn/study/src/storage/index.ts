export { keyOf } from './key.js';
export { readStudy } from './readStudy.js';
export {
  LostClaimError,
  TakenError,
  WHOLE_STUDY,
  type CheckpointContent,
  type Claiming,
  type Entry,
  type HeldCheckpoint,
  type HistoryPart,
  type StudyClaim,
  type StudyStorage,
} from './storage.js';
