/** An engine that cannot do what it is asked; the message says why and what to do. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}
