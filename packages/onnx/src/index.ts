export { at, lookUp, take } from './at.js';
export { OnnxError } from './errors.js';
export * from './model.js';
export * from './tensor.js';
export { decodeModel } from './decode.js';
export { inspectInputs, type DeclaredInput } from './inputs.js';
export { readModel } from './read.js';
export { encodeModel, writeModel, type WriteOptions } from './write.js';
export { validateModel, NEWEST_OPSET, OLDEST_OPSET } from './validate.js';
export { narrowModel } from './precision.js';
export { normaliseModel } from './normalise.js';
export { renameInGraph } from './rename.js';
export { TARGET_OPSET, upgradeModel } from './upgrade.js';
export { ancestorsOf, consumersOf, descendantsOf, producersOf, readsOf, sortNodes } from './topology.js';
export { permute } from './permute.js';
export {
  factsOf,
  isOperator,
  stopsGradient,
  type OperatorFacts,
  type WeightRole,
} from './operators/index.js';
export { isLayer, trainableNames, weightsOf } from './parameters.js';
export { traceModel, type Trace, type TracedTensor } from './trace.js';
export { findCuts, findStages, type Stage } from './stages.js';
export { findFeatures, withMean, type FeaturesPlace, type FoundFeatures } from './features.js';
export { resizedAxes, type ResizedAxis } from './resize.js';
export { countTrainingMode } from './trainingMode.js';
export { fixedBatch, unfixBatch } from './unfixBatch.js';
export { takeBranches } from './branches.js';
export { extractModel } from './extract.js';
export { replaceHead, withWeights, type HeadWeights } from './head.js';
export { headNames } from './headNames.js';
export {
  appendPooling,
  channelAxis,
  POOLED_FEATURES,
  poolFeatures,
  poolTokens,
  type HeadPooling,
  type Pooled,
} from './pooling.js';
export { joinModels, keepOutputs, type Joined } from './combine.js';
export {
  appendLinearHeads,
  appendStandardisation,
  averageModels,
  type LinearHead,
  type LinearPart,
  type SharedHead,
} from './linear.js';
export { summarise, type Statistic, type Summaries, type Summary } from './statistics.js';
export { createSession, fromOrtTensor, runSession, toOrtTensor, type SessionSettings } from './runtime.js';
export { runtimeReason } from './runtimeReason.js';
