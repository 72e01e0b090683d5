/** A model cannot classify by names, or not these examples; the message says what to do. */
export class ZeroShotError extends Error {
  override readonly name = 'ZeroShotError';
}
