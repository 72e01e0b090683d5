export { readFolderCheckpoint, removeFolderCheckpoint, writeFolderCheckpoint } from './checkpoints.js';
export { renameFormer } from './former.js';
export {
  journalPath,
  readJournal,
  readJournalFrom,
  readStudyHeader,
  type JournalPart,
  type JournalPlace,
} from './journal.js';
export { checkpointPath, weightsPath } from './paths.js';
export { readReport } from './report.js';
export { openFolderStorage } from './storage.js';
