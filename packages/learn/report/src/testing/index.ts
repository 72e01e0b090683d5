export { probeReportOf, reportOf } from './fixtures.js';
