export { faultOfRange, faultOfRanges, type Domain, type Fault } from './search/domain.js';
export { StudyError } from './errors.js';
export { environmentSchema, type Environment } from './course/environment.js';
export {
  EVENTS_VERSION,
  readEvent,
  studyEventSchema,
  type KnownBaseline,
  type StudyEvent,
  type StudyHeader,
  type TrialEvent,
  type Unstamped,
} from './course/events.js';
export { growthSchema, type Growth } from './course/growth.js';
export { beginningOf, FoldError, foldEvent, knownBaselines, type StudyLog } from './course/fold.js';
export { formerEpoch } from './former/trial.js';
export { formerAsked, formerRequest } from './former/request.js';
export { alsoFormer, formerConfiguration, formerSpace } from './former/space.js';
export {
  faultOfLayout,
  faultOfRequest,
  offerSchema,
  type Offer,
  type OfferedDimension,
} from './search/offer.js';
export { probeScoresSchema, type ProbeScores } from './trials/scores.js';
export { formerProbeSchema, probeFieldsSchema, probeRecordSchema, type ProbeRecord } from './trials/probe.js';
export type { Standing } from './trials/standing.js';
export {
  modelScoreFieldsSchema,
  modelScoreOf,
  modelScoreSchema,
  type ModelScore,
} from './trials/modelScore.js';
export { costsSchema, unitsSchema, type Costs, type Measured, type Units } from './trials/costs.js';
export { scientific } from './scientific.js';
export { onlyValue, rangeSchema, valueSchema, type Range, type Value } from './search/range.js';
export {
  budgetRequestSchema,
  datasetRequestSchema,
  studyRequestSchema,
  trainingRequestSchema,
  type StudyRequest,
  type TrainingRequest,
} from './course/request.js';
export {
  configurationSchema,
  rangesSchema,
  searchSpaceSchema,
  type BackboneChoice,
  type Configuration,
  type Ranges,
  type SearchSpace,
} from './search/space.js';
export {
  baselineTrials,
  bestEpoch,
  bestLoss,
  epochRecordSchema,
  gainOf,
  dropped,
  kept,
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
} from './trials/trial.js';
export {
  parseReport,
  REPORT_VERSION,
  ReportError,
  studyReportSchema,
  type Advice,
  type Evidence,
  type Provenance,
  type ReportedBackbone,
  type ReportedCost,
  type ReportedTrial,
  type GrowthReport,
  type StudyReport,
  type TaskEvaluation,
} from './report/index.js';
export { phases, type Phase, type Progress } from './course/progress.js';
export { timeLeft, type Most, type Pace, type TimeLeft } from './course/timeLeft.js';
