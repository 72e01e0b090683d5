export { AutodiffError, UnsupportedOperatorError } from './errors.js';
export { differentiate } from './backward.js';
export type { Algebra, Operand } from './graph/algebra.js';
export { createBuilder, type GraphBuilder } from './graph/builder.js';
export type { Dims } from './graph/dims.js';
export { layoutDims, toModelLayout, toStepLayout, type Layout } from './graph/layout.js';
export { hasRule, registerRule } from './rules/index.js';
export type { Formula, Rule, RuleContext } from './rules/rule.js';
export { crossEntropyTargets, type CrossEntropyOptions } from './losses/crossEntropy.js';
export { losses } from './losses/index.js';
export type { Loss, LossNodes } from './losses/loss.js';
export { squaredErrorTargets } from './losses/meanSquaredError.js';
export {
  optimizers,
  type Optimizer,
  type OptimizerChoice,
  type OptimizerFactory,
} from './optimizers/index.js';
export { findUntrainable, possibleFreezeDepths, type UnsupportedNode } from './support.js';
export type { TrainingGraphOptions, TrainingParameter } from './step/forward.js';
export { gradientName, nextName, stateName, stepNames } from './step/names.js';
export { buildStepParts, type StepParts } from './step/stepParts.js';
export { buildTrainingGraph, type StepFacts, type TrainingGraph } from './step/trainingGraph.js';
export type { HeadsGraphOptions } from './heads/forward.js';
export { buildHeadsGraph, type HeadsFacts, type HeadsGraph } from './heads/headsGraph.js';
export { buildHeadsParts, type HeadsParts } from './heads/headsParts.js';
