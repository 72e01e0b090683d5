/** A study that cannot be run as asked; the message says what is wrong, where, and what to do. */
export class StudyError extends Error {
  override readonly name: string = 'StudyError';
}
