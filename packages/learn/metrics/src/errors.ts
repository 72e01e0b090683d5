/** Predictions that cannot be measured; the message says what is wrong with them and where. */
export class MetricsError extends Error {
  override readonly name = 'MetricsError';
}
