export { AutodiffError, UnsupportedOperatorError } from './errors.js';
export { differentiate, hasRule, stopsGradient } from './backward.js';
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
export { findUntrainable, possibleFreezeDepths, type UnsupportedNode } from './support.js';
export type { TrainingGraphOptions, TrainingParameter } from './forward.js';
export { gradientName, nextName, stateName, stepNames } from './names.js';
export { buildStepParts, type StepParts } from './stepParts.js';
export { buildTrainingGraph, type StepFacts, type TrainingGraph } from './trainingGraph.js';
