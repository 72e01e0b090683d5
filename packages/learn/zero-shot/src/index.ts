export { openZeroShot, type Scored, type ZeroShotClassifier, type ZeroShotOptions } from './classifier.js';
export { ZeroShotError } from './errors.js';
export { kindOf, type Kind } from './kinds.js';
