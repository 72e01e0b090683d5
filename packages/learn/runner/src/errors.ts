import { StudyError } from '@espalier/study';

export { StudyError };

/** Nothing that a study can answer with is within its limits. */
export class LimitError extends StudyError {
  override readonly name = 'LimitError';
}
