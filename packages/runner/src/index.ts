export { batchesOf, type Batch } from './batches.js';
export {
  bucketShapes,
  cutAt,
  cutDims,
  onlyInputs,
  prefixOf,
  prepareBackbone,
  suffixAt,
  type PreparedBackbone,
} from './backbone.js';
export { embedExamples, type Embedding, type EmbedOptions } from './embed.js';
export { StudyError } from './errors.js';
export type { Listener, Phase, StudyEvent } from './events.js';
export { openData, type OpenDataOptions, type StudyData } from './examples.js';
export { assembleModel, cardOf, type EmbeddedCard } from './export.js';
export { modelOfTrial, type BestModel, type Verdicts } from './finish.js';
export { inspectInputs } from './backbone.js';
export { encodeAll, feedsOf, valuesOf, type Feeds } from './inputs.js';
export { groupsOf, ratesOf } from './groups.js';
export {
  journalPath,
  readJournal,
  readJournalFrom,
  readStudyHeader,
  type JournalEvent,
  type JournalPart,
  type StudyHeader,
  type StudyLog,
} from './journal.js';
export type { ProbeRecord } from './probeRecord.js';
export {
  openPredictor,
  predictEach,
  type Outcome,
  type Predictable,
  type Predictor,
  type PreparedInput,
  type Score,
} from './predictor.js';
export { bestEpoch, isBetter, ranked, type EpochRecord, type TrialRecord } from './records.js';
export type { ScratchOutcome, ScratchResult } from './scratch.js';
export type { Candidate } from './session.js';
export { studySettingsSchema, type StudySettings, type TrainingSettings } from './settings.js';
export { resumeStudy, runStudy, type StudyOptions, type StudyResult } from './study.js';
