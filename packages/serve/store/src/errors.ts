/** A store that cannot be opened or used as asked; the message says what is wrong, where, and what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}
