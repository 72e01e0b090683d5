export { batchesOf, type Batch } from './caching/batches.js';
export { openPrefix, type Prefix } from './caching/prefix.js';
export { keepShared } from './caching/shared.js';
export { networkVectors } from './probes/networkVectors.js';
export {
  bucketShapes,
  cutAt,
  cutDims,
  prefixOf,
  prepareBackbone,
  suffixAt,
  type PreparedBackbone,
} from './backbone/backbone.js';
export { tracingLimits, tryNetwork, type TryOptions } from './trying/tryNetwork.js';
export { requireFiniteFeatures } from './backbone/finite.js';
export { embedExamples, type Embedding, type EmbedOptions } from './caching/embed.js';
export { LimitError, StudyError } from './errors.js';
export { limitNotes, measureFirst } from './costs/before.js';
export { openMeter, type Meter } from './costs/meter.js';
export type { Listener, StudyNews } from './study/events.js';
export { openData, type OpenDataOptions, type StudyData } from './study/examples.js';
export { assembleModel, cardOf, type EmbeddedCard } from './answer/export.js';
export { writeEntry, type EntryReference } from './answer/writeEntry.js';
export type { LeaderboardEntry, PlainComparison } from './answer/leaderboard.js';
export { modelOfTrial, type BestModel, type Verdicts } from './answer/finish.js';
export { encodeAll, feedsOf, onlyInputs, valuesOf, type Feeds } from './backbone/inputs.js';
export { groupsOf, ratesOf } from './backbone/groups.js';
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
} from './predicting/predictor.js';
export { probeAll } from './probes/probeAll.js';
export { type BaselineOutcome, type BaselineResult } from './training/baseline.js';
export { factsOf } from './study/experience.js';
export { trainTrial } from './study/trials.js';
export { requireTime } from './estimate/time.js';
export { openSession, type Session, type SessionOptions } from './study/session.js';
export { currentOffer } from './study/offer.js';
export type { Candidate } from './study/candidates.js';
export {
  finishStudy,
  requireSame,
  resumeStudy,
  runStudy,
  type Searched,
  type StudyOptions,
  type StudyResult,
} from './study/study.js';
export type { TrialOutcome } from './training/trial.js';
export type { Score } from '@espalier/tasks';
export { registerMethod } from './methods/index.js';
export type { FittedModel, MethodRun, Scope, TransferMethod } from './methods/method.js';
export {
  outlookOf,
  type BackboneCost,
  type DepthCost,
  type Outlook,
  type SearchedDimension,
} from './estimate/outlook.js';
