export { parseReport, ReportError } from './parse.js';
export {
  REPORT_VERSION,
  studyReportSchema,
  type Advice,
  type Evidence,
  type GrowthReport,
  type Provenance,
  type ReportedBackbone,
  type ReportedCost,
  type ReportedTrial,
  type StudyReport,
} from './schema.js';
export type { TaskEvaluation } from './evaluation.js';
