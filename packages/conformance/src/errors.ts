/** A backbone does not do what the transfer interface promises. */
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError';
}
