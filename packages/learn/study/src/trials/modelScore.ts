import { z } from 'zod';
import { isRecord } from '../former/record.js';
import { accuracyObjective } from '../former/standing.js';
import type { StudyReport } from '../report/schema.js';
import { objectiveSchema } from './trial.js';

/** Brings the score of a model of an earlier version, which was its accuracy, into today's form. */
function formerScore(given: unknown): unknown {
  if (!isRecord(given) || !('testAccuracy' in given)) return given;
  return { metric: accuracyObjective, value: given['testAccuracy'] };
}

/** Result of a model on the test split. */
export const modelScoreFieldsSchema = z.strictObject({ metric: objectiveSchema, value: z.number() });
export type ModelScore = z.infer<typeof modelScoreFieldsSchema>;

/** Reads a model's result, of earlier versions too. */
export const modelScoreSchema = z.preprocess(formerScore, modelScoreFieldsSchema);

/** The result of a study's answer. */
export const modelScoreOf = ({ metric, best }: Pick<StudyReport, 'metric' | 'best'>): ModelScore => ({
  metric,
  value: best.test.value,
});
