export * from './backbone.js';
export * from './licence.js';
export * from './preprocessing.js';
export * from './embedded.js';
