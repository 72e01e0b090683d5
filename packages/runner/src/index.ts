export { batchesOf, type Batch } from './batches.js';
export { epochsLeft, moreBudget, type More } from './budgets.js';
export {
  bucketShapes,
  cutAt,
  cutDims,
  prefixOf,
  prepareBackbone,
  suffixAt,
  type PreparedBackbone,
} from './backbone.js';
export { tracingLimits, tryNetwork, type TryOptions } from './trying/tryNetwork.js';
export { requireFiniteFeatures } from './finite.js';
export { embedExamples, type Embedding, type EmbedOptions } from './embed.js';
export { StudyError } from './errors.js';
export { phases, type Listener, type Phase, type Progress, type StudyEvent } from './events.js';
export { openData, type OpenDataOptions, type StudyData } from './examples.js';
export { assembleModel, cardOf, type EmbeddedCard } from './export.js';
export { writeEntry, type EntryReference } from './answer/writeEntry.js';
export type { LeaderboardEntry, PlainComparison } from './answer/leaderboard.js';
export { modelOfTrial, type BestModel, type Verdicts } from './finish.js';
export { encodeAll, feedsOf, onlyInputs, valuesOf, type Feeds } from './inputs.js';
export { groupsOf, ratesOf } from './groups.js';
export {
  journalPath,
  readJournal,
  readJournalFrom,
  readStudyHeader,
  type JournalEvent,
  type JournalPart,
  type ScratchRecord,
  type StudyHeader,
  type StudyLog,
} from './journal.js';
export { formerProbeSchema, probeRecordSchema, type ProbeRecord } from './probes/record.js';
export {
  openPredictorProcess,
  PredictionError,
  predictingLimits,
  type PredictingLimits,
  type PredictingOptions,
} from './predicting/process.js';
export {
  openPredictor,
  predictEach,
  type Outcome,
  type Predictable,
  type Predictor,
  type PreparedInput,
  type Score,
} from './predictor.js';
export {
  bestEpoch,
  bestLoss,
  epochRecordSchema,
  isBetter,
  ranked,
  type EpochRecord,
  type TrialRecord,
  type TrialStatus,
} from './records.js';
export { probeAll } from './probes/probeAll.js';
export {
  decideTwin,
  scratchName,
  trainTwin,
  type ScratchOutcome,
  type ScratchResult,
  type TwinRun,
} from './scratch.js';
export {
  decideTrial,
  MOST_WEIGHTS,
  replacedOf,
  suggestTrial,
  trainTrial,
  trialName,
  type Suggestion,
} from './search.js';
export {
  checkpointPath,
  openSession,
  weightsPath,
  type Candidate,
  type Session,
  type SessionOptions,
  type Unstamped,
} from './session.js';
export { studySettingsSchema, type StudySettings, type TrainingSettings } from './settings.js';
export { spaceOf } from './spaces.js';
export {
  finishStudy,
  requireSame,
  resumeStudy,
  runStudy,
  type Searched,
  type StudyOptions,
  type StudyResult,
} from './study.js';
export { timeLeft, type Most, type Pace, type TimeLeft } from './timeLeft.js';
export type { Ending, TrialOutcome } from './trial.js';
