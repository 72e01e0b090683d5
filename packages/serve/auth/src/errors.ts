/** A sign-in that cannot be set up or done as asked; the message says what is wrong and what to do. */
export class AuthError extends Error {
  override readonly name = 'AuthError';
}
