export { checkInChild, type CheckOptions, type CheckOutcome, type CheckReport } from './inChild.js';
export { LookError, lookInChild, type LookInChildOptions } from './look/inChild.js';
export { checkNames } from './suite.js';
