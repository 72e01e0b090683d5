export { at, lookUp, take } from './graph/at.js';
export { OnnxError } from './errors.js';
export * from './graph/model.js';
export * from './graph/tensor.js';
export { decodeModel } from './files/decode.js';
export { inspectInputs, type DeclaredInput } from './files/inputs.js';
export { readModel } from './files/read.js';
export { encodeModel, writeModel, type WriteOptions } from './files/write.js';
export { validateModel, NEWEST_OPSET, OLDEST_OPSET } from './files/validate.js';
export { narrowModel } from './normalise/precision.js';
export { normaliseModel } from './normalise/index.js';
export { renameInGraph } from './graph/rename.js';
export { TARGET_OPSET, upgradeModel } from './normalise/upgrade.js';
export {
  ancestorsOf,
  consumersOf,
  descendantsOf,
  producersOf,
  readsOf,
  sortNodes,
} from './graph/topology.js';
export { permute } from './graph/permute.js';
export {
  factsOf,
  isOperator,
  stopsGradient,
  type OperatorFacts,
  type WeightRole,
} from './operators/index.js';
export { isLayer, trainableNames, weightsOf } from './weights/parameters.js';
export { traceModel, type Trace, type TracedTensor } from './cut/trace.js';
export { findCuts, findStages, type Stage } from './cut/stages.js';
export { findFeatures, withMean, type FeaturesPlace, type FoundFeatures } from './cut/features.js';
export { resizedAxes, type ResizedAxis } from './operators/resize.js';
export { countTrainingMode } from './normalise/trainingMode.js';
export { fixedBatch, unfixBatch } from './batch/unfixBatch.js';
export { takeBranches } from './batch/branches.js';
export { extractModel } from './cut/extract.js';
export { replaceHead, withWeights, type HeadWeights } from './head/head.js';
export { headNames } from './head/headNames.js';
export {
  appendPooling,
  channelAxis,
  POOLED_FEATURES,
  poolFeatures,
  poolTokens,
  type HeadPooling,
  type Pooled,
} from './head/pooling.js';
export { joinModels, keepOutputs, type Joined } from './head/combine.js';
export {
  appendLinearHeads,
  appendStandardisation,
  averageModels,
  type LinearHead,
  type LinearPart,
  type SharedHead,
} from './head/linear.js';
export { summarise, type Statistic, type Summaries, type Summary } from './head/statistics.js';
export {
  createSession,
  fromOrtTensor,
  runSession,
  toOrtTensor,
  type SessionSettings,
} from './runtime/session.js';
export { runtimeReason } from './runtime/reason.js';
