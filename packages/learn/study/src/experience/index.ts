export {
  addExperience,
  clearExperience,
  experiencePath,
  MOST_ROWS,
  readExperience,
  rowsOf,
  writeExperience,
  type Added,
} from './file.js';
export { experienceOf } from './rows.js';
export {
  datasetFactsSchema,
  earlierTrialSchema,
  EXPERIENCE_VERSION,
  experienceRowSchema,
  type DatasetFacts,
  type EarlierTrial,
  type ExperienceRow,
} from './row.js';
