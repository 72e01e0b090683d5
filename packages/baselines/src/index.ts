export * from './bag/index.js';
