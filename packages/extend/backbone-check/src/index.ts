export { checkInChild, type CheckOptions, type CheckOutcome, type CheckReport } from './inChild.js';
export { inspectBackboneInChild, InspectError, type InspectInChildOptions } from './inspect/inChild.js';
export { checkNames } from './suite.js';
