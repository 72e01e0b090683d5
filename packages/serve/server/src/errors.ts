/** A server that cannot be started as asked; the message says what is wrong, where, and what to do. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
}
