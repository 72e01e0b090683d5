export { batchesOf, type Batch } from './batches.js';
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
export type { Listener, StudyNews } from './events.js';
export { openData, type OpenDataOptions, type StudyData } from './examples.js';
export { assembleModel, cardOf, type EmbeddedCard } from './export.js';
export { writeEntry, type EntryReference } from './answer/writeEntry.js';
export type { LeaderboardEntry, PlainComparison } from './answer/leaderboard.js';
export { modelOfTrial, type BestModel, type Verdicts } from './finish.js';
export { encodeAll, feedsOf, onlyInputs, valuesOf, type Feeds } from './inputs.js';
export { groupsOf, ratesOf } from './groups.js';
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
export { probeAll } from './probes/probeAll.js';
export { type BaselineOutcome, type BaselineResult } from './baseline.js';
export { trainTrial } from './trials.js';
export { openSession, type Session, type SessionOptions } from './session.js';
export { currentOffer } from './offer.js';
export type { Candidate } from './candidates.js';
export {
  finishStudy,
  requireSame,
  resumeStudy,
  runStudy,
  type Searched,
  type StudyOptions,
  type StudyResult,
} from './study.js';
export type { TrialOutcome } from './trial.js';
