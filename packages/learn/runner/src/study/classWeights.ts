import { isExtreme } from '@espalier/data';
import type { StudyData } from './examples.js';
import type { StudyRequest } from '@espalier/study';

/** How much an example of each class counts, in training and where models are compared; null where all count alike. */
export function classWeightsOf(
  { training }: Pick<StudyRequest, 'training'>,
  { balance }: Pick<StudyData, 'balance'>,
): readonly number[] | null {
  const { classWeights } = training;
  const balanced = classWeights === 'balanced' || (classWeights === 'auto' && isExtreme(balance));
  return balanced ? balance.weights : null;
}
