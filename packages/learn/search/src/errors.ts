/** A search cannot be done as asked; the message says what is wrong and what to do. */
export class SearchError extends Error {
  override readonly name = 'SearchError';
}
