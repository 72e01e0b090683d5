export { checkBudget, checkTime, type Budget, type BudgetVerdict, type Usage } from './budget.js';
export { earlyStopping, type EarlyStoppingOptions } from './earlyStopping.js';
export { SearchError } from './errors.js';
export { bestValue, type ObservedTrial } from './history.js';
export { unknownChoice, type UnknownChoice } from './known.js';
export type { AshaOptions } from './pruners/asha.js';
export type { OwnPruner, Pruner, PruneRequest } from './pruners/pruner.js';
export {
  createPruner,
  knownPruners,
  prunerNames,
  registeredPruner,
  registerPruner,
  type PrunerChoice,
} from './pruners/registry.js';
export {
  createSampler,
  knownSamplers,
  registerSampler,
  samplerNames,
  type SamplerName,
} from './samplers/registry.js';
export type { OwnSampler, Sampler, SuggestRequest } from './samplers/sampler.js';
export { dimensionOf, numbersOf } from './dimension.js';
export { createSchedule, scheduleNames, type ScheduleName } from './schedules/registry.js';
export type { Moment, Schedule } from './schedules/schedule.js';
export {
  configurationSchema,
  numberDimensionSchema,
  searchSpaceSchema,
  sizeOfSpace,
  type BackboneChoice,
  type Configuration,
  type NumberDimension,
  type SearchSpace,
} from './space.js';
export { requireWithin } from './within.js';
