export type { Classifier } from './classifiers/classifier.js';
export { classifiers } from './classifiers/index.js';
export { greedyAverage, type Average, type Judged } from './judging/average.js';
export {
  chooseContender,
  pairedDifference,
  type Contender,
  type PairedDifference,
} from './judging/choose.js';
export {
  crossValidate,
  fitClassifier,
  fitLogistic,
  judgedRows,
  lossesOf,
  PENALTIES,
  type Chosen,
  type CrossValidated,
  type CrossValidation,
  type Fitted,
  type Limits,
  type FoldPlan,
  type Labels,
} from './judging/crossValidate.js';
export {
  estimateChosen,
  shareOutcome,
  type Estimate,
  type JudgedContender,
  type Outcome,
} from './judging/estimate.js';
export { stratifiedFolds, type FoldOptions, type Unit } from './judging/folds.js';
export { denseKernel, factorKernel, shareOf, sumKernel, sumOfGrams, type Kernel } from './kernels/kernel.js';
export { matrix, type Matrix } from './kernels/matrix.js';
export { primalOf, type Linear } from './kernels/primal.js';
export { softmaxRows } from './logistic/softmax.js';
export { createProducts, type Products } from './kernels/products.js';
export { standardisationOf, standardised, type Standardisation } from './kernels/standardise.js';
export { labelledFeatures, type FeaturesOptions, type LabelledFeatures } from './scores/features.js';
export { scores } from './scores/index.js';
export type { LabelledShares, Score } from './scores/score.js';
