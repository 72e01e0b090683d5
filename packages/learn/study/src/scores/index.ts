export { kendall } from './kendall.js';
export {
  scoreTableOf,
  type Agreement,
  type ScoreColumn,
  type ScoredProbe,
  type ScoredTrial,
  type ScoreRow,
  type ScoreTable,
} from './table.js';
export { absenceSentences, TABLE_NOTE, titleOfAgreement, writeScore } from './words.js';
