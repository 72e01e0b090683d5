/** A backbone does not do what the transfer interface promises. */
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError';
}

export function insist(condition: boolean, message: string): void {
  if (!condition) throw new ConformanceError(message);
}
