export { faultOfRange, faultOfRanges, type Domain, type Fault } from './domain.js';
export { StudyError } from './errors.js';
export { environmentSchema, type Environment } from './environment.js';
export {
  EVENTS_VERSION,
  readEvent,
  studyEventSchema,
  type KnownBaseline,
  type StudyEvent,
  type StudyHeader,
  type TrialEvent,
  type Unstamped,
} from './events.js';
export { beginningOf, FoldError, foldEvent, knownBaselines, type StudyLog } from './fold.js';
export { formerEpoch } from './former/trial.js';
export { formerAsked, formerRequest } from './former/request.js';
export { alsoFormer, formerConfiguration, formerSpace } from './former/space.js';
export { faultOfLayout, faultOfRequest, offerSchema, type Offer, type OfferedDimension } from './offer.js';
export { formerProbeSchema, probeFieldsSchema, probeRecordSchema, type ProbeRecord } from './probe.js';
export type { Standing } from './standing.js';
export { modelScoreFieldsSchema, modelScoreOf, modelScoreSchema, type ModelScore } from './modelScore.js';
export { scientific } from './scientific.js';
export { onlyValue, rangeSchema, valueSchema, type Range, type Value } from './range.js';
export {
  budgetRequestSchema,
  datasetRequestSchema,
  studyRequestSchema,
  trainingRequestSchema,
  type StudyRequest,
  type TrainingRequest,
} from './request.js';
export {
  configurationSchema,
  rangesSchema,
  searchSpaceSchema,
  type BackboneChoice,
  type Configuration,
  type Ranges,
  type SearchSpace,
} from './space.js';
export {
  baselineTrials,
  bestEpoch,
  bestLoss,
  epochRecordSchema,
  gainOf,
  MOST_WEIGHTS,
  objectiveSchema,
  ranked,
  searchedTrials,
  smoothedLosses,
  trialName,
  trialRecordSchema,
  trialRoleSchema,
  trialStatusSchema,
  type EpochRecord,
  type Objective,
  type TrialKey,
  type TrialRecord,
  type TrialRole,
  type TrialStatus,
} from './trial.js';
export {
  parseReport,
  REPORT_VERSION,
  ReportError,
  studyReportSchema,
  type Evidence,
  type ReportedBackbone,
  type ReportedTrial,
  type StudyReport,
  type TaskEvaluation,
} from './report/index.js';
export { phases, type Phase, type Progress } from './progress.js';
export { timeLeft, type Most, type Pace, type TimeLeft } from './timeLeft.js';
