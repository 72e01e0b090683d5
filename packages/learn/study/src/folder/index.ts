export { renameFormer } from './former.js';
export {
  appendEvent,
  beginJournal,
  journalPath,
  readJournal,
  readJournalFrom,
  readStudyHeader,
  repairJournal,
  type JournalPart,
  type JournalPlace,
} from './journal.js';
export { checkpointPath, weightsPath } from './paths.js';
export { readReport } from './report.js';
