export { ruleCases } from './ruleCases.js';
export { ruleGradients, spreadValues, type NumericCase, type RuleGradients } from './numeric.js';
