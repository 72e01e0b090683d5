export * from './backbone.js';
export { bracketed, faultOf, faultsOf } from './faults.js';
export * from './licence.js';
export * from './preprocessing.js';
export * from './embedded.js';
