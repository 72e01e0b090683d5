export { renderCard } from './card.js';
export { ReportError } from './errors.js';
export { readReport } from './read.js';
export { renderMarkdown } from './report.js';
export { studyReportSchema, type Evidence, type StudyReport } from './schema.js';
export { writeReport } from './write.js';
