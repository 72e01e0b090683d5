/** A model file or graph that cannot be used; the message names the file or node and what to do. */
export class OnnxError extends Error {
  override readonly name = 'OnnxError';
}
