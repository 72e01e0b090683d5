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
} from './backbones.js';
export { SdkError, type OptionIssue } from './errors.js';
export { exportModel, modelOfEntry, type ExportOptions } from './export.js';
export type { FinishedStudy, StudyFiles } from './finished.js';
export type { Input } from './inputs.js';
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
} from './options.js';
export { installedPlugins, listOffer, onPluginNote, openUsable } from './plugins.js';
export { lookAtBackbone, type BackboneFacts, type LookOptions, type NetworkFacts } from './look.js';
export { predict, predictAll, type PredictOptions, type Prediction } from './predict.js';
export { planResume, planSearch, resume, search, type PlannedStudy } from './search.js';
export { openStudy, type Study } from './study.js';
export { writeFindings } from './report.js';
export { version } from './version.js';
export { zeroShot, type ZeroShotOptions } from './zeroShot.js';
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
