export { AutodiffError, UnsupportedOperatorError } from './errors.js';
export { differentiate, hasRule } from './backward.js';
export { GraphBuilder, type Dims } from './builder.js';
export type { Rule, RuleContext } from './rule.js';
export { toModelLayout, toStepLayout, type Layout } from './layout.js';
export {
  crossEntropyTargets,
  squaredErrorTargets,
  type CrossEntropyOptions,
  type LossName,
} from './losses.js';
export { type Optimizer, type OptimizerChoice } from './optimizers/index.js';
export { canTrain, findUnsupported, possibleFreezeDepths, type UnsupportedNode } from './support.js';
export {
  buildTrainingGraph,
  nextName,
  stateName,
  stepNames,
  type TrainingGraph,
  type TrainingGraphOptions,
  type TrainingParameter,
} from './trainingGraph.js';
