export { checkInChild, type CheckOptions, type CheckOutcome, type CheckReport } from './inChild.js';
export { checkNames } from './suite.js';
