/** A report that cannot be read or written; the message says what is wrong, where, and what to do. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
}
