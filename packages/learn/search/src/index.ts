// What a sampler is given and gives, for authors of plugins.
export { ancestorsOf, startOf } from './course/unfreezing.js';
export type { Configuration, Range, SearchSpace, Value } from '@espalier/study';
export { nextBeside } from './course/beside.js';
export { spentOn, trainingCosts } from './course/spent.js';
export { comparedBaselines } from './course/baselines.js';
export { checkBudget, checkTime, type Budget, type BudgetVerdict, type Usage } from './course/budget.js';
export { moreBudget, type More } from './course/budgets.js';
export {
  decideTrial,
  epochsOf,
  LATE,
  nextStep,
  replacedIn,
  searchedSpace,
  type Course,
  type Deciding,
  type Ending,
  type NewTrial,
  type Step,
} from './course/course.js';
export {
  epochByForward,
  epochSeconds,
  reserveOf,
  timeLimit,
  writingSeconds,
  type ForwardPass,
  type Reserve,
  type Timed,
} from './course/reserve.js';
export type { Condition, Dimension, Member, WrittenFor } from './dimensions/dimension.js';
export { choices, nameDimension, numberDimension } from './dimensions/dimension.js';
export { dimensions } from './dimensions/index.js';
export { offeredDimensions, writtenValues } from './dimensions/offered.js';
export { earlyStopping, type EarlyStoppingOptions } from './earlyStopping.js';
export { costs, offeredCosts } from './costs/index.js';
export type { Cost, Spent, WrittenNetwork } from './costs/cost.js';
export { overIn, writeCosts, type Limits } from './costs/limits.js';
export { SearchError } from './errors.js';
export { explainSearch, type Explanation } from './explain/explain.js';
export type { Importance } from './explain/importance.js';
export type { RandomReplay } from './explain/replay.js';
export { bestValue, type ObservedTrial } from './history.js';
export { ashaPruner, type AshaOptions } from './pruners/asha.js';
export type { OwnPruner, Pruner, PruneRequest } from './pruners/pruner.js';
export { pruners, type PrunerFactory, type PrunerSettings } from './pruners/registry.js';
export { methodOf, methods, titleOfConfiguration } from './methods/index.js';
export type { Method } from './methods/method.js';
export type { Recipe } from './recipe.js';
export { samplers } from './samplers/registry.js';
export { chooseExperience, experienceNotes, type Beginning } from './experience/choose.js';
export type { ObservedProbe, OwnSampler, Sampler, Suggestion, SuggestRequest } from './samplers/sampler.js';
export { createSchedule, schedules } from './schedules/registry.js';
export type { Moment, Schedule } from './schedules/schedule.js';
export { allowedSpace, networkOf, networksIn } from './space/allowed.js';
export { frontsOf } from './samplers/nsga2/fronts.js';
export { canBeAlive } from './space/searched.js';
export { isInSpace, keyOf, sizeOfSpace } from './space/points.js';
export { checkSpace, recipeOf, spaceOf } from './space/space.js';
export { numbersOf, rangeOf, typedOf, type Typed } from './space/typed.js';
export { requireWithin } from './space/within.js';
export { workOf } from './space/work.js';
