export { reportOf } from './test-fixtures.js';
