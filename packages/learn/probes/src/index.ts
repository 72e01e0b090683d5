export type { Classifier } from './classifiers/classifier.js';
export { classifiers } from './classifiers/index.js';
export { greedyAverage, type Average, type Judged } from './average.js';
export { chooseContender, pairedDifference, type Contender, type PairedDifference } from './choose.js';
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
} from './crossValidate.js';
export {
  estimateChosen,
  shareOutcome,
  type Estimate,
  type JudgedContender,
  type Outcome,
} from './estimate.js';
export { stratifiedFolds, type FoldOptions, type Unit } from './folds.js';
export { denseKernel, factorKernel, shareOf, sumKernel, sumOfGrams, type Kernel } from './kernel.js';
export { matrix, type Matrix } from './matrix.js';
export { primalOf, type Linear } from './primal.js';
export { softmaxRows } from './softmax.js';
export { createProducts, type Products } from './products.js';
export { standardisationOf, standardised, type Standardisation } from './standardise.js';
