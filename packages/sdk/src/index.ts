export {
  backboneNames,
  defaultBackbones,
  findBackbone,
  isOnThisMachine,
  listBackbones,
  modelFolder,
  type BackboneEntry,
  type FetchOptions,
  type FindOptions,
  type TransferListener,
} from './backbones/backbones.js';
export { SdkError, type OptionIssue } from './errors.js';
export { explainStudy, type ExplainedTrial, type StudyExplanation } from './study/explain.js';
export { exportModel, modelOfEntry, type ExportOptions } from './study/export.js';
export type { FinishedStudy, StudyFiles } from './study/finished.js';
export type { Input } from './predict/inputs.js';
export {
  defaultCacheFolder,
  type BudgetOptions,
  type DatasetOptions,
  type EngineOptions,
  type RangeOption,
  type SearchOptions,
  type SpaceOptions,
  type TrainingOptions,
  type WatchOptions,
} from './study/options.js';
export { installedPlugins, listOffer, onPluginNote, openUsable } from './backbones/plugins.js';
export {
  inspectBackbone,
  type BackboneFacts,
  type InspectOptions,
  type NetworkFacts,
} from './backbones/inspect.js';
export { predict, predictAll, type PredictOptions, type Prediction } from './predict/predict.js';
export {
  estimateSearch,
  planResume,
  planSearch,
  resume,
  search,
  type PlannedStudy,
  type SearchOutlook,
} from './study/search.js';
export { openStudy, type Study } from './study/study.js';
export { writeFindings } from './report/report.js';
export { version } from './version.js';
export { zeroShot, type ZeroShotOptions } from './predict/zeroShot.js';
export { openPredictor, type Predictor, type StudyNews } from '@espalier/runner';
export type { TrialRecord } from '@espalier/study';
export {
  ApiError,
  ClientError,
  connect,
  downloadModel,
  isApiError,
  predict as predictOnServer,
  uploadDataset,
  waitForStudy,
  type Client,
  type ConnectOptions,
  type DatasetUpload,
  type Input as ServerInput,
  type Score as ServerScore,
  type StudyEvent as ServerStudyEvent,
  type StudyState as ServerStudy,
  type UploadProgress,
  type WaitOptions,
} from '@espalier/client';
