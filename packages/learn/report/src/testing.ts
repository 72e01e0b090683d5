export { probeReportOf, reportOf } from './test-fixtures.js';
