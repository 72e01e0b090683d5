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
export { experienceOf, type DatasetFacts } from './rows.js';
export {
  earlierTrialSchema,
  EXPERIENCE_VERSION,
  experienceRowSchema,
  type EarlierTrial,
  type ExperienceRow,
} from './row.js';
