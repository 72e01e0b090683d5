export { ruleCases } from './rules/test-rules.js';
export { ruleGradients, spreadValues, type NumericCase, type RuleGradients } from './test-numeric.js';
