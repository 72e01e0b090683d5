export { OnnxError } from './errors.js';

// Graphs in memory.
export { at, lookUp, take } from './graph/at.js';
export * from './graph/model.js';
export { permute } from './graph/permute.js';
export { renameInGraph } from './graph/rename.js';
export * from './graph/tensor.js';
export {
  ancestorsOf,
  consumersOf,
  descendantsOf,
  producersOf,
  readsOf,
  sortNodes,
} from './graph/topology.js';

// Facts about operators, and the weights that they read.
export {
  factsOf,
  isOperator,
  stopsGradient,
  type OperatorFacts,
  type WeightRole,
} from './operators/index.js';
export { resizedAxes, type ResizedAxis } from './operators/resize.js';
export { adaptableWeights, addAdapters, mergeAdapters, type Adapters } from './weights/adapters.js';
export { normalisationWeights } from './weights/normalisations.js';
export { isLayer, trainableNames, weightsOf } from './weights/parameters.js';

// Files.
export { decodeModel } from './files/decode.js';
export { inspectInputs, type DeclaredInput } from './files/inputs.js';
export { readModel } from './files/read.js';
export { NEWEST_OPSET, OLDEST_OPSET, validateModel } from './files/validate.js';
export { encodeModel, writeModel, type WriteOptions } from './files/write.js';

// One form for all.
export { normaliseModel } from './normalise/index.js';
export { narrowModel } from './normalise/precision.js';
export { countTrainingMode } from './normalise/trainingMode.js';
export { TARGET_OPSET, upgradeModel } from './normalise/upgrade.js';

// A free batch.
export { takeBranches } from './batch/branches.js';
export { fixedBatch, unfixBatch } from './batch/unfixBatch.js';

// Tracing and cutting.
export { contentHash } from './cut/contentHash.js';
export { extractModel } from './cut/extract.js';
export {
  findFeatures,
  isPublishedCount,
  withMean,
  type FeaturesPosition,
  type FoundFeatures,
} from './cut/features.js';
export { findCuts, findStages, type Stage } from './cut/stages.js';
export { traceModel, type Trace, type TracedTensor } from './cut/trace.js';
export { workOfGraph } from './cut/work.js';

// Heads, and several models in one.
export { joinModels, keepOutputs, type JoinedModels } from './head/combine.js';
export { replaceHead, withWeights, type HeadDecoding, type HeadWeights } from './head/head.js';
export { headNames } from './head/headNames.js';
export {
  appendLinearHeads,
  appendStandardisation,
  averageModels,
  type LinearHead,
  type LinearPart,
  type SharedHead,
} from './head/linear.js';
export {
  appendPooling,
  channelAxis,
  POOLED_FEATURES,
  poolFeatures,
  poolTokens,
  type HeadPooling,
  type PoolingNodes,
} from './head/pooling.js';
export { summarise, type Statistic, type Summaries, type Summary } from './head/statistics.js';

// ONNX Runtime.
export { runtimeReason } from './runtime/reason.js';
export {
  createSession,
  fromOrtTensor,
  runSession,
  toOrtTensor,
  type SessionSettings,
} from './runtime/session.js';
