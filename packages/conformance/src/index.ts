export { checks, subjectOf, type Check, type Subject } from './checks.js';
export { ConformanceError } from './errors.js';
export { writeTinyNetwork } from './tinyNetwork.js';
